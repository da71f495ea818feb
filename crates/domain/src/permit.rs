//! Permits: the proof that somebody may do something for a purpose.
//!
//! Every use case takes a [`Permit`] from the first day. Today one table grants it; later Cedar policies and the
//! contracts in force (委託・再委託) will, and this type stays.

use serde::{Deserialize, Serialize};
use thiserror::Error;

mod who;

pub use who::{Actor, NoActor, NoTenant, Tenant};

use crate::identity::OfficeCode;
use crate::number::InstitutionCode;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// An office registers its records at the hub.
    RegisterRecords,
    /// An office decides and issues, in its own system.
    DecideAtOffice,
    /// The hub matches a person against the residents' register.
    MatchPerson,
    /// The hub asks the insurers' register what a matched person's insurance is.
    AskInsurers,
    /// Somebody who decides or answers by it pulls the national register of institutions. Nothing personal is in it.
    PullInstitutions,
    /// The registers' own side loads what they hold. Sandboxes only.
    LoadRegisters,
    /// Verification pulls the hub's feed.
    PullFeed,
    /// An institution asks verification about a number.
    InquireByNumber,
    /// A terminal of an institution asks verification about the card that it reads.
    InquireByCard,
    /// A person enrols their card (利用申込), at a terminal or through verification.
    EnrolCard,
    /// The hub asks the residents' register whose a card is, and which cards somebody has.
    AskCards,
    /// An institution fetches a month's vouchers that are addressed to it.
    FetchOwnVouchers,
    /// Somebody reads how their own part runs: [`Permit::status_of`] says whose.
    ReadOwnStatus,
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Self] = &[
        Self::RegisterRecords,
        Self::DecideAtOffice,
        Self::MatchPerson,
        Self::AskInsurers,
        Self::PullInstitutions,
        Self::LoadRegisters,
        Self::PullFeed,
        Self::InquireByNumber,
        Self::InquireByCard,
        Self::EnrolCard,
        Self::AskCards,
        Self::FetchOwnVouchers,
        Self::ReadOwnStatus,
    ];
}

/// What for (利用目的).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 資格確認
    EligibilityCheck,
    /// 資格情報等の登録
    Registration,
    /// 本人確認（J-LIS照合）
    IdentityMatching,
    /// 利用申込
    Enrolment,
    /// 副本の配信
    CopyDelivery,
    /// 運用保守
    Operation,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &'static [Self] = &[
        Self::EligibilityCheck,
        Self::Registration,
        Self::IdentityMatching,
        Self::Enrolment,
        Self::CopyDelivery,
        Self::Operation,
    ];

    /// The Japanese name, as the privacy paper and the access log have it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::EligibilityCheck => "資格確認",
            Self::Registration => "資格情報等の登録",
            Self::IdentityMatching => "本人確認（J-LIS照合）",
            Self::Enrolment => "利用申込",
            Self::CopyDelivery => "副本の配信",
            Self::Operation => "運用保守",
        }
    }
}

/// Nothing grants this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not permitted: {action:?} by {actor:?} for {purpose:?}")]
pub struct Denied {
    /// Who asked.
    pub actor: Actor,
    /// The action asked for.
    pub action: Action,
    /// What for.
    pub purpose: Purpose,
}

/// Proof that `actor` may do `action` for `purpose`. It can be neither made up nor copied.
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    actor: Actor,
    action: Action,
    purpose: Purpose,
}

impl Permit {
    /// Grants a permit when the table does; everything else is denied.
    ///
    /// # Errors
    /// [`Denied`], with what was asked.
    pub fn grant(actor: Actor, action: Action, purpose: Purpose) -> Result<Self, Denied> {
        // No wildcard over actions: a new one does not compile until somebody decides who may do it.
        let granted = match action {
            Action::RegisterRecords | Action::DecideAtOffice => {
                matches!((&actor, purpose), (Actor::Office(_), Purpose::Registration))
            }
            Action::MatchPerson => matches!((&actor, purpose), (Actor::Hub, Purpose::IdentityMatching)),
            Action::AskInsurers => matches!((&actor, purpose), (Actor::Hub, Purpose::EligibilityCheck)),
            Action::PullInstitutions => matches!(
                (&actor, purpose),
                (Actor::Office(_), Purpose::Registration) | (Actor::Verification, Purpose::EligibilityCheck)
            ),
            Action::LoadRegisters => matches!((&actor, purpose), (Actor::Registers, Purpose::Operation)),
            Action::PullFeed => matches!((&actor, purpose), (Actor::Verification, Purpose::CopyDelivery)),
            Action::InquireByNumber | Action::InquireByCard | Action::FetchOwnVouchers => {
                matches!(
                    (&actor, purpose),
                    (Actor::Institution(_), Purpose::EligibilityCheck)
                )
            }
            // At the desk; and passed on to the hub, which knows whose the card is.
            Action::EnrolCard => matches!(
                (&actor, purpose),
                (Actor::Institution(_) | Actor::Verification, Purpose::Enrolment)
            ),
            Action::AskCards => matches!((&actor, purpose), (Actor::Hub, Purpose::Enrolment)),
            // Whose status it is decides, and here nobody says whose.
            Action::ReadOwnStatus => false,
        };
        Self::when(granted, actor, action, purpose)
    }

    /// Grants [`Action::ReadOwnStatus`] about what belongs to `owner`: everybody may about themselves, and the operator
    /// about what it keeps running, which is the hub and verification. An office's lanes and an institution's folders
    /// are theirs alone.
    ///
    /// # Errors
    /// [`Denied`], with what was asked.
    pub fn status_of(owner: &Actor, actor: Actor) -> Result<Self, Denied> {
        let operated = matches!(
            (&actor, owner),
            (Actor::Operator, Actor::Hub | Actor::Verification)
        );
        let granted = operated || actor == *owner;
        Self::when(granted, actor, Action::ReadOwnStatus, Purpose::Operation)
    }

    fn when(granted: bool, actor: Actor, action: Action, purpose: Purpose) -> Result<Self, Denied> {
        if granted {
            Ok(Self {
                actor,
                action,
                purpose,
            })
        } else {
            Err(Denied {
                actor,
                action,
                purpose,
            })
        }
    }

    /// Who may.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What they may do.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// For what purpose.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// What a use case asks first: is this permit one for my `action`?
    ///
    /// # Errors
    /// [`Denied`] for a permit of another action.
    pub fn require(&self, action: Action) -> Result<(), Denied> {
        if self.action == action {
            Ok(())
        } else {
            Err(Denied {
                actor: self.actor.clone(),
                action,
                purpose: self.purpose,
            })
        }
    }

    /// The office that acts, if one does: the tenant whose records it may touch.
    #[must_use]
    pub const fn office(&self) -> Option<&OfficeCode> {
        match &self.actor {
            Actor::Office(office) => Some(office),
            _ => None,
        }
    }

    /// The institution that acts, if one does: the only one whose vouchers it may see.
    #[must_use]
    pub const fn institution(&self) -> Option<&InstitutionCode> {
        match &self.actor {
            Actor::Institution(institution) => Some(institution),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actors() -> [(&'static str, Actor); 6] {
        [
            ("office", Actor::Office(OfficeCode::parse("13104").unwrap())),
            ("hub", Actor::Hub),
            ("verification", Actor::Verification),
            (
                "institution",
                Actor::Institution(InstitutionCode::parse("1319999015").unwrap()),
            ),
            ("registers", Actor::Registers),
            ("operator", Actor::Operator),
        ]
    }

    #[test]
    fn the_whole_table() {
        use {Action as A, Purpose as P};
        let granted = [
            ("office", A::RegisterRecords, P::Registration),
            ("office", A::DecideAtOffice, P::Registration),
            ("hub", A::MatchPerson, P::IdentityMatching),
            ("hub", A::AskInsurers, P::EligibilityCheck),
            ("office", A::PullInstitutions, P::Registration),
            ("verification", A::PullInstitutions, P::EligibilityCheck),
            ("registers", A::LoadRegisters, P::Operation),
            ("verification", A::PullFeed, P::CopyDelivery),
            ("institution", A::InquireByNumber, P::EligibilityCheck),
            ("institution", A::InquireByCard, P::EligibilityCheck),
            ("institution", A::EnrolCard, P::Enrolment),
            ("verification", A::EnrolCard, P::Enrolment),
            ("hub", A::AskCards, P::Enrolment),
            ("institution", A::FetchOwnVouchers, P::EligibilityCheck),
        ];
        let mut seen = 0;
        for (name, actor) in actors() {
            for action in Action::ALL.iter().copied() {
                for purpose in Purpose::ALL.iter().copied() {
                    let expected = granted.contains(&(name, action, purpose));
                    let got = Permit::grant(actor.clone(), action, purpose);
                    assert_eq!(got.is_ok(), expected, "{name} {action:?} {purpose:?}");
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 6 * 13 * 6);
    }

    #[test]
    fn the_whole_table_of_status() {
        let others = [
            ("office", Actor::Office(OfficeCode::parse("13105").unwrap())),
            (
                "institution",
                Actor::Institution(InstitutionCode::parse("1319999023").unwrap()),
            ),
        ];
        let all: Vec<(&str, Actor)> = actors().into_iter().chain(others).collect();
        let mut seen = 0;
        for (name, actor) in &all {
            for (of, owner) in &all {
                let expected = actor == owner || *name == "operator" && ["hub", "verification"].contains(of);
                let got = Permit::status_of(owner, actor.clone());
                assert_eq!(got.is_ok(), expected, "{actor} of {owner}");
                if let Ok(permit) = got {
                    assert_eq!((permit.actor(), permit.action()), (actor, Action::ReadOwnStatus));
                }
                seen += 1;
            }
        }
        assert_eq!(seen, 8 * 8);
    }

    #[test]
    fn a_permit_says_whose_it_is_and_for_what() {
        let [(_, office), _, _, (_, institution), ..] = actors();
        let permit = Permit::grant(office, Action::RegisterRecords, Purpose::Registration).unwrap();
        assert_eq!(permit.office().unwrap().as_str(), "13104");
        assert_eq!(permit.institution(), None);
        assert_eq!(permit.purpose().label(), "資格情報等の登録");
        assert!(permit.require(Action::RegisterRecords).is_ok());
        assert_eq!(
            permit.require(Action::DecideAtOffice).unwrap_err().to_string(),
            "not permitted: DecideAtOffice by Office(OfficeCode(13104)) for Registration"
        );
        let permit = Permit::grant(institution, Action::InquireByNumber, Purpose::EligibilityCheck).unwrap();
        assert_eq!(permit.institution().unwrap().as_str(), "1319999015");
        assert_eq!(
            (permit.office(), permit.action()),
            (None, Action::InquireByNumber)
        );
    }
}
