//! Every text of the desk's pages, in both languages.

mod patient;
mod reception;

pub(super) use patient::Patient;
pub(super) use reception::Reception;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_every_text() {
        let faults = [pages::faults::<Patient>(), pages::faults::<Reception>()].concat();
        assert_eq!(faults, Vec::<String>::new());
    }
}
