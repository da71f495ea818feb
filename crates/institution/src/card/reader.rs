//! Which of a terminal's readers of plastic cards (PC/SC) is meant.
//!
//! What stands in them is spoken to as every card is, by the same session; the feature `pcsc` has it.

/// Why no reader was chosen. It names those that are there, since their names are nobody's to guess.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotChosen {
    /// There is none.
    #[error("カードリーダーがつながっていません")]
    Nothing,
    /// There are several, and it was not said which.
    #[error("カードリーダーが{}台あります: {}", .0.len(), .0.join("、"))]
    Several(Vec<String>),
    /// None of them is called so.
    #[error("{wanted} という名前のカードリーダーはありません。つながっているもの: {}", .there.join("、"))]
    Unknown {
        /// What was said.
        wanted: String,
        /// Those that are there.
        there: Vec<String>,
    },
}

/// The reader that is meant: the one that is called so, or the only one whose name has this in it; without a word the only one.
///
/// # Errors
/// [`NotChosen`].
pub fn chosen(there: Vec<String>, wanted: Option<&str>) -> Result<String, NotChosen> {
    if there.is_empty() {
        return Err(NotChosen::Nothing);
    }
    let called_so = wanted.filter(|wanted| there.iter().any(|name| name == wanted));
    let is_meant = |name: &&String| match (called_so, wanted) {
        (Some(whole), _) => *name == whole,
        (None, Some(part)) => name.contains(part),
        (None, None) => true,
    };
    let meant: Vec<String> = there.iter().filter(is_meant).cloned().collect();
    match meant.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(NotChosen::Unknown {
            wanted: wanted.unwrap_or_default().to_owned(),
            there,
        }),
        _ => Err(NotChosen::Several(meant)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_only_one_is_meant_and_of_several_the_one_that_is_named() {
        let (one, two) = (
            names(&["Reader 00 00"]),
            names(&["Desk", "Desk 2", "Pocket 00 00"]),
        );
        let ok = |name: &str| Ok(name.to_owned());
        assert_eq!(chosen(one.clone(), None), ok("Reader 00 00"));
        assert_eq!(chosen(one, Some("Reader")), ok("Reader 00 00"));
        // A whole name is that reader, also when another name begins with it.
        assert_eq!(chosen(two.clone(), Some("Desk")), ok("Desk"));
        assert_eq!(chosen(two.clone(), Some("Pocket")), ok("Pocket 00 00"));
        assert_eq!(chosen(two.clone(), None), Err(NotChosen::Several(two.clone())));
        assert_eq!(
            chosen(two.clone(), Some("esk")),
            Err(NotChosen::Several(names(&["Desk", "Desk 2"])))
        );
        let unknown = NotChosen::Unknown {
            wanted: "Door".to_owned(),
            there: two.clone(),
        };
        let said = unknown.to_string();
        assert!(two.iter().all(|name| said.contains(name.as_str())), "{said}");
        assert_eq!(chosen(two, Some("Door")), Err(unknown));
        for wanted in [None, Some("Desk")] {
            assert_eq!(chosen(Vec::new(), wanted), Err(NotChosen::Nothing));
        }
    }
}
