//! The text catalogue: every text that somebody reads stands once, in both languages, under a typed key.

use crate::Language;

/// Texts under typed keys; made by [`catalogue!`](crate::catalogue!).
pub trait Catalogue: Copy + 'static {
    /// Every key.
    const ALL: &'static [Self];
    /// The key's own name.
    fn key(self) -> &'static str;
    /// The text.
    fn say(self, language: Language) -> &'static str;
}

/// Declares a catalogue. A text that lacks a language does not compile; what a type cannot say, a test does
/// ([`faults`]).
///
/// ```
/// pages::catalogue! {
///     /// What a door says.
///     pub enum Door {
///         Open: "開いています", "Open";
///         Full: "満室です（{rooms}室）", "All {rooms} rooms are taken";
///     }
/// }
/// # use madoguchi_pages as pages;
/// assert_eq!(pages::Language::English.say(Door::Open), "Open");
/// ```
#[macro_export]
macro_rules! catalogue {
    ($(#[$meta:meta])* $visible:vis enum $name:ident { $( $key:ident: $japanese:literal, $english:literal; )+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visible enum $name { $( #[doc = $japanese] $key, )+ }

        impl $crate::Catalogue for $name {
            const ALL: &'static [Self] = &[$( Self::$key ),+];

            fn key(self) -> &'static str {
                match self { $( Self::$key => stringify!($key), )+ }
            }

            fn say(self, language: $crate::Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$key, $crate::Language::Japanese) => $japanese,
                        (Self::$key, $crate::Language::English) => $english,
                    )+
                }
            }
        }
    };
}

/// What is wrong with a catalogue: a text that is empty, English with Japanese letters in it, two languages that are filled in
/// with different things. For the tests of whoever has one.
#[must_use]
pub fn faults<T: Catalogue>() -> Vec<String> {
    let mut faults = Vec::new();
    for text in T::ALL {
        let [japanese, english] = Language::ALL.map(|language| text.say(language));
        let mut fault = |what: &str| faults.push(format!("{}: {what}", text.key()));
        if japanese.trim().is_empty() || english.trim().is_empty() {
            fault("empty in one language");
        }
        if names(japanese) != names(english) {
            fault("filled in with different things");
        }
        // What English says of a Japanese word stands in brackets behind it.
        if outside_brackets(english).any(|c| ('\u{3040}'..='\u{9fff}').contains(&c)) {
            fault("Japanese letters in English, outside brackets");
        }
    }
    faults
}

/// The names of what is filled in, in order.
fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = text
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect();
    names.sort_unstable();
    names
}

fn outside_brackets(text: &str) -> impl Iterator<Item = char> {
    let mut depth = 0_u32;
    text.chars().filter(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::catalogue! {
        enum Good {
            Open: "開いています", "Open";
            Card: "医療券（{count}枚）", "{count} voucher(s) (医療券)";
        }
    }

    crate::catalogue! {
        enum Bad {
            Empty: "空", " ";
            Forgotten: "保護", "保護";
            Other: "{a}", "{b}";
        }
    }

    #[test]
    fn what_a_type_cannot_say_is_found() {
        assert_eq!(faults::<Good>(), Vec::<String>::new());
        assert_eq!(faults::<Bad>().len(), 3, "{:?}", faults::<Bad>());
        let filled = Language::Japanese.fill(Good::Card, &[("count", &2)]);
        assert_eq!(filled, "医療券（2枚）");
    }
}
