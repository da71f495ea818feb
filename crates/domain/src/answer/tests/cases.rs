//! Every combination of what an answer depends on.

use super::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Born {
    NotGiven,
    Wrong,
    Right,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// Nobody is found at all.
    Unknown,
    /// The person is known and has no eligibility.
    Without,
    NotYet,
    Covered,
    /// Its last covered day is the day asked.
    LastDay,
    Ended(EndReason),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addressed {
    Nobody,
    Here,
    HereAnotherDay,
    Elsewhere,
    HereAndElsewhere,
}

/// One combination of all that an answer depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) presence: Presence,
    pub(super) born: Born,
    pub(super) shielded: bool,
    pub(super) recent: bool,
    pub(super) stands: Stands,
    pub(super) addressed: Addressed,
    pub(super) insured: Option<bool>,
}

impl Case {
    pub(super) fn all() -> Vec<Self> {
        let stands = [
            Stands::Unknown,
            Stands::Without,
            Stands::NotYet,
            Stands::Covered,
            Stands::LastDay,
            Stands::Ended(EndReason::Death),
            Stands::Ended(EndReason::Suspension),
            Stands::Ended(EndReason::Termination),
            Stands::Ended(EndReason::Transfer),
        ];
        let addresses = [
            Addressed::Nobody,
            Addressed::Here,
            Addressed::HereAnotherDay,
            Addressed::Elsewhere,
            Addressed::HereAndElsewhere,
        ];
        let mut cases = Vec::new();
        for presence in Presence::ALL.iter().copied() {
            for born in [Born::NotGiven, Born::Wrong, Born::Right] {
                for (shielded, recent) in [(false, false), (false, true), (true, false), (true, true)] {
                    for stands in stands {
                        for addressed in addresses {
                            for insured in [None, Some(false), Some(true)] {
                                cases.push(Self {
                                    presence,
                                    born,
                                    shielded,
                                    recent,
                                    stands,
                                    addressed,
                                    insured,
                                });
                            }
                        }
                    }
                }
            }
        }
        cases
    }

    pub(super) fn office(&self) -> AtOffice {
        let start = date(2026, 4, 1);
        let eligibilities = match self.stands {
            Stands::Unknown | Stands::Without => vec![],
            Stands::NotYet => vec![eligibility(date(2026, 11, 23), None)],
            Stands::Covered => vec![eligibility(start, None)],
            Stands::LastDay => vec![eligibility(
                start,
                Some((date(2026, 11, 23), EndReason::Termination)),
            )],
            Stands::Ended(EndReason::Death) => {
                vec![eligibility(start, Some((date(2026, 11, 21), EndReason::Death)))]
            }
            Stands::Ended(reason) => vec![eligibility(start, Some((DAY, reason)))],
        };
        let here = Voucher {
            issue_number: IssueNumber::parse("HERE").unwrap(),
            ..medical()
        };
        let other = Voucher {
            institution_code: elsewhere(),
            issue_number: IssueNumber::parse("ELSEWHERE").unwrap(),
            ..medical()
        };
        let vouchers = match self.addressed {
            Addressed::Nobody => vec![],
            Addressed::Here => vec![here],
            Addressed::HereAnotherDay => vec![Voucher {
                valid_through: date(2026, 11, 21),
                ..here
            }],
            Addressed::Elsewhere => vec![other],
            Addressed::HereAndElsewhere => vec![other, here],
        };
        AtOffice {
            eligibilities,
            vouchers,
        }
    }

    pub(super) fn has_voucher_here(&self) -> bool {
        matches!(self.addressed, Addressed::Here | Addressed::HereAndElsewhere)
    }

    pub(super) fn is_covered(&self) -> bool {
        matches!(self.stands, Stands::Covered | Stands::LastDay)
    }

    pub(super) fn run(&self, check: impl FnOnce(Answer<'_>)) {
        let offices = [self.office()];
        let found = Found {
            shielded: self.shielded,
            recent_card_visit_here: self.recent,
            employees_insurance: self.insured,
            ..person(&offices)
        };
        let question = asked(match self.born {
            Born::NotGiven => None,
            Born::Wrong => Some(date(1950, 4, 2)),
            Born::Right => Some(BORN),
        });
        let found = (self.stands != Stands::Unknown).then_some(&found);
        check(answer(self.presence, &question, found));
    }
}
