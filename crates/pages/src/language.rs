//! The language of a page.

/// Japanese first; English by switch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// 日本語
    #[default]
    Japanese,
    /// English
    English,
}

impl Language {
    /// Every language, in the order of the switch.
    pub const ALL: [Language; 2] = [Language::Japanese, Language::English];

    /// As `lang` and cookies have it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Japanese => "ja",
            Language::English => "en",
        }
    }

    /// Its own name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Language::Japanese => "日本語",
            Language::English => "English",
        }
    }

    /// From its tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Language> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// A text of a catalogue.
    #[must_use]
    pub fn say<T: crate::Catalogue>(self, text: T) -> &'static str {
        text.say(self)
    }

    /// A text of a catalogue with `{name}` filled in.
    #[must_use]
    pub fn fill<T: crate::Catalogue>(self, text: T, with: &[(&str, &dyn std::fmt::Display)]) -> String {
        let filled = |said: String, (name, value): &(&str, &dyn std::fmt::Display)| {
            said.replace(&format!("{{{name}}}"), &value.to_string())
        };
        with.iter().fold(text.say(self).to_owned(), filled)
    }
}
