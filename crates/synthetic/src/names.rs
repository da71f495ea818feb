//! Names, made up from tables of common elements. A family name is two elements, a given name one or two, so nobody's
//! name is copied from anybody; that a made-up name is also somebody's real one cannot be helped.

use domain::person::{PersonName, Sex};

use crate::dice::Dice;
use crate::kind::{Kind, Kinds};
use crate::sure;

mod tables;

use tables::{
    FAMILY_FIRST, FAMILY_SECOND, FEMALE_FIRST, FEMALE_SECOND, GAIJI, LATIN, MALE_FIRST, MALE_SECOND,
};

/// A name's two writings: 漢字 (or whatever it is written in) and half-width kana.
pub(crate) type Written = (String, String);

/// 姓 of a household or a person.
pub(crate) fn family(dice: &mut Dice) -> Written {
    let (first, first_kana) = dice.pick(&FAMILY_FIRST);
    let (second, second_kana) = dice.pick(&FAMILY_SECOND);
    (format!("{first}{second}"), format!("{first_kana}{second_kana}"))
}

/// 名.
pub(crate) fn given(dice: &mut Dice, sex: Sex) -> Written {
    let (firsts, seconds) = match sex {
        Sex::Male => (&MALE_FIRST[..], &MALE_SECOND[..]),
        Sex::Female | Sex::NotSet => (&FEMALE_FIRST[..], &FEMALE_SECOND[..]),
    };
    let (first, first_kana) = dice.pick(firsts);
    let (second, second_kana) = dice.pick(seconds);
    (format!("{first}{second}"), format!("{first_kana}{second_kana}"))
}

/// The whole name of somebody of a household that is called `family`.
pub(crate) fn whole(dice: &mut Dice, kinds: Kinds, family: &Written, sex: Sex) -> PersonName {
    if kinds.has(Kind::Gaiji) {
        let (name, kana) = dice.pick(&GAIJI);
        return joined(&(name.into(), kana.into()), &given(dice, sex));
    }
    if kinds.is_foreign() {
        let words = if kinds.has(Kind::LongLatin) {
            dice.between(7, 10)
        } else {
            dice.between(2, 3)
        };
        let (name, kana) = latin(dice, words);
        let alias = kinds
            .has(Kind::Alias)
            .then(|| (self::family(dice), given(dice, sex)));
        let (other, other_kana) = match &alias {
            Some((family, given)) => (
                Some(format!("{}　{}", family.0, given.0)),
                Some(format!("{} {}", family.1, given.1)),
            ),
            None => (None, None),
        };
        let name = PersonName::new(&name, &kana);
        return sure(name.and_then(|name| name.with_other(other.as_deref(), other_kana.as_deref())));
    }
    joined(family, &given(dice, sex))
}

/// The same name, with its kana written the old way: what two offices disagree about.
pub(crate) fn with_other_kana(name: &PersonName) -> PersonName {
    let kana = format!("{} ", name.kana.as_str()).replace('ｵ', "ｦ");
    let written = PersonName::new(name.name.as_str(), &kana);
    let (other, other_kana) = (name.other.as_ref(), name.other_kana.as_ref());
    sure(written.and_then(|written| {
        written.with_other(
            other.map(|text| text.as_str()),
            other_kana.map(|text| text.as_str()),
        )
    }))
}

/// Words of made-up syllables in Latin capitals.
fn latin(dice: &mut Dice, words: u32) -> Written {
    let (mut name, mut kana) = (String::new(), String::new());
    for word in 0..words {
        if word > 0 {
            name.push(' ');
            kana.push(' ');
        }
        for _ in 0..dice.between(2, 4) {
            let (syllable, syllable_kana) = dice.pick(&LATIN);
            name.push_str(syllable);
            kana.push_str(syllable_kana);
        }
    }
    (name, kana)
}

fn joined(family: &Written, given: &Written) -> PersonName {
    sure(PersonName::new(
        &format!("{}　{}", family.0, given.0),
        &format!("{} {}", family.1, given.1),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dice::About;

    fn names(kinds: Kinds) -> Vec<PersonName> {
        let made = (0..2_000).map(|index| {
            let mut dice = Dice::new(1, 0, index, About::Name);
            let family = family(&mut dice);
            let sex = dice.pick(&[Sex::Male, Sex::Female]);
            whole(&mut dice, kinds, &family, sex)
        });
        made.collect()
    }

    fn of(kind: Kind) -> Kinds {
        let mut kinds = Kinds::default();
        kinds.add(Some(kind));
        kinds
    }

    #[test]
    fn kana_are_half_width() {
        for name in names(Kinds::default()).into_iter().chain(names(of(Kind::Alias))) {
            let kana = name.kana.as_str();
            let half = |c: char| matches!(c, '\u{FF65}'..='\u{FF9F}' | ' ');
            assert!(kana.chars().all(half), "{kana}");
        }
    }

    #[test]
    fn names_are_many_and_each_kind_shows() {
        let plain: BTreeSet<_> = names(Kinds::default()).into_iter().collect();
        assert!(plain.len() > 1_950, "{}", plain.len());
        let outside = |name: &PersonName| {
            name.name
                .as_str()
                .chars()
                .any(|c| GAIJI.iter().any(|(gaiji, _)| gaiji.contains(c)))
        };
        assert!(names(of(Kind::Gaiji)).iter().all(outside));
        assert!(
            names(of(Kind::Alias))
                .iter()
                .all(|name| name.other.is_some() && name.other_kana.is_some())
        );
        let longest = names(of(Kind::LongLatin))
            .iter()
            .map(|name| name.name.as_str().len())
            .max();
        assert!(longest > Some(60), "{longest:?}");
        assert!(names(of(Kind::Foreign)).iter().all(|name| name.other.is_none()));
    }

    #[test]
    fn the_other_kana_differ() {
        for name in names(Kinds::default()) {
            assert_ne!(with_other_kana(&name).kana, name.kana);
        }
    }
}
