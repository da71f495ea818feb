//! Addresses of wards that are not there.

use domain::person::Address;

use crate::dice::Dice;
use crate::sure;

/// Towns of every ward.
const TOWNS: [&str; 24] = [
    "見本町",
    "例示町",
    "試作町",
    "ひな形町",
    "仮名台",
    "空想台",
    "架空町",
    "模型町",
    "手本町",
    "下書町",
    "練習町",
    "習作台",
    "見本町東",
    "見本町西",
    "例示町南",
    "例示町北",
    "仮名台中央",
    "架空町本町",
    "試作町新田",
    "手本町一番町",
    "空想台坂上",
    "空想台坂下",
    "模型町川端",
    "練習町駅前",
];
/// Houses with rooms.
const HOUSES: [&str; 8] = [
    "見本荘",
    "例示ハイツ",
    "仮名コーポ",
    "空想アパート",
    "第二見本荘",
    "手本住宅",
    "都営架空住宅",
    "模型マンション",
];
/// Homes and shelters (施設).
const FACILITIES: [&str; 5] = [
    "救護施設　見本園",
    "更生施設　例示寮",
    "特別養護老人ホーム　仮名苑",
    "宿所提供施設　手本荘",
    "グループホーム　空想",
];

/// The `office`-th ward's name with its prefecture.
pub(crate) fn ward(office: u32) -> String {
    match office {
        0 => "見本県見本区".into(),
        _ => format!("見本県第{}見本区", wide(u64::from(office) + 1)),
    }
}

/// A home in a ward.
pub(crate) fn home(dice: &mut Dice, office: u32) -> Address {
    let town = dice.pick(&TOWNS);
    let mut text = format!(
        "{}{town}{}丁目{}番{}号",
        ward(office),
        wide(u64::from(dice.between(1, 9))),
        wide(u64::from(dice.between(1, 60))),
        wide(u64::from(dice.between(1, 30)))
    );
    if dice.chance(8_000) {
        let room = dice.between(1, 6) * 100 + dice.between(1, 12);
        text.push_str(&format!("　{}{}号室", dice.pick(&HOUSES), wide(u64::from(room))));
    }
    address(&format!("000-{:04}", dice.below(10_000)), &text)
}

/// A home for people, or a shelter.
pub(crate) fn facility(dice: &mut Dice, office: u32) -> Address {
    let name = dice.pick(&FACILITIES);
    address(
        "000-0000",
        &format!(
            "{}{}{}丁目　{name}",
            ward(office),
            dice.pick(&TOWNS),
            wide(u64::from(dice.between(1, 9)))
        ),
    )
}

/// A hospital, by its name.
pub(crate) fn hospital(office: u32, name: &str) -> Address {
    address("000-0000", &format!("{}見本町１丁目　{name}", ward(office)))
}

fn address(post_number: &str, text: &str) -> Address {
    sure(Address::new(Some(post_number), text))
}

/// A number in full-width digits, as addresses have them.
pub(crate) fn wide(number: u64) -> String {
    let digit = |c: char| char::from_u32(u32::from('０') + u32::from(c) - u32::from('0'));
    number.to_string().chars().filter_map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::About;

    #[test]
    fn addresses_say_that_they_are_made_up() {
        for index in 0..500 {
            let mut dice = Dice::new(1, 0, index, About::Address);
            for address in [
                home(&mut dice, 0),
                facility(&mut dice, 2),
                hospital(0, "見本総合病院"),
            ] {
                let text = address.text.as_str();
                assert!(
                    text.starts_with("見本県") && !text.contains(|c: char| c.is_ascii_digit()),
                    "{text}"
                );
            }
        }
        assert_eq!(ward(11), "見本県第１２見本区");
    }
}
