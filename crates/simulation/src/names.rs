//! Who takes part: the nodes of a fleet, their addresses, and the codes of offices and clinics.

use domain::identity::OfficeCode;
use domain::number::InstitutionCode;
use domain::permit::{Actor, Tenant};
use env::Origin;

/// A node that runs a role's production code. These crash; the world's own programs do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    Registers,
    Hub,
    Verification,
    OfficeA,
    OfficeB,
    ClinicA,
    ClinicB,
}

impl Node {
    pub(crate) const ALL: [Node; 7] = [
        Node::Registers,
        Node::Hub,
        Node::Verification,
        Node::OfficeA,
        Node::OfficeB,
        Node::ClinicA,
        Node::ClinicB,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Node::Registers => "registers",
            Node::Hub => "hub",
            Node::Verification => "verification",
            Node::OfficeA => "office-a",
            Node::OfficeB => "office-b",
            Node::ClinicA => "clinic-a",
            Node::ClinicB => "clinic-b",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Node> {
        Node::ALL.into_iter().find(|node| node.name() == name)
    }

    /// Whom its certificate would name.
    pub(crate) fn tenant(self) -> Tenant {
        let terminal = |clinic: Clinic| Tenant::Terminal(clinic.institution(), "desk-1".to_owned());
        let office = |office: Office| Tenant::Actor(Actor::Office(office.office_code()));
        match self {
            Node::Registers => Tenant::Actor(Actor::Registers),
            Node::Hub => Tenant::Actor(Actor::Hub),
            Node::Verification => Tenant::Actor(Actor::Verification),
            Node::OfficeA => office(Office::A),
            Node::OfficeB => office(Office::B),
            Node::ClinicA => terminal(Clinic::A),
            Node::ClinicB => terminal(Clinic::B),
        }
    }

    /// Where the node listens.
    pub(crate) fn origin(self) -> Origin {
        Origin::new(self.name(), 80)
    }
}

/// An office of the fleet. A and B run the office role; C has another maker's program, which speaks to the hub's
/// registration interface by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Office {
    A,
    B,
    C,
}

impl Office {
    pub(crate) const ALL: [Office; 3] = [Office::A, Office::B, Office::C];

    /// The code between the systems.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Office::A => "13101",
            Office::B => "13102",
            Office::C => "13103",
        }
    }

    pub(crate) fn of_code(code: &str) -> Option<Office> {
        Office::ALL.into_iter().find(|office| office.code() == code)
    }

    /// 公費負担者番号: published or synthetic examples.
    pub(crate) const fn payer(self) -> &'static str {
        match self {
            Office::A => "12139994",
            Office::B => "12011011",
            Office::C => "12016010",
        }
    }

    /// 福祉事務所名.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Office::A => "見本東福祉事務所",
            Office::B => "見本西福祉事務所",
            Office::C => "見本北福祉事務所",
        }
    }

    /// The node that runs it; office C is one of the world's own programs.
    pub(crate) const fn node(self) -> Option<Node> {
        match self {
            Office::A => Some(Node::OfficeA),
            Office::B => Some(Node::OfficeB),
            Office::C => None,
        }
    }

    /// The code as the house's type.
    pub(crate) fn office_code(self) -> OfficeCode {
        parsed(OfficeCode::parse(self.code()))
    }
}

/// A clinic of the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clinic {
    A,
    B,
}

impl Clinic {
    pub(crate) const ALL: [Clinic; 2] = [Clinic::A, Clinic::B];

    /// 医療機関コード: published or synthetic examples.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Clinic::A => "1319999015",
            Clinic::B => "0110113719",
        }
    }

    pub(crate) fn of_code(code: &str) -> Option<Clinic> {
        Clinic::ALL.into_iter().find(|clinic| clinic.code() == code)
    }

    pub(crate) const fn other(self) -> Clinic {
        match self {
            Clinic::A => Clinic::B,
            Clinic::B => Clinic::A,
        }
    }

    pub(crate) const fn node(self) -> Node {
        match self {
            Clinic::A => Node::ClinicA,
            Clinic::B => Node::ClinicB,
        }
    }

    /// The code as the house's type.
    pub(crate) fn institution(self) -> InstitutionCode {
        parsed(InstitutionCode::parse(self.code()))
    }
}

/// The world's own constants are of the right shape; a test reads them all.
#[expect(
    clippy::panic,
    reason = "a constant of this crate that is wrong is a mistake in it"
)]
pub(crate) fn parsed<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("a constant of the simulation is not of its shape: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use domain::number::PayerNumber;

    use super::*;

    #[test]
    fn constants_are_of_their_shapes() {
        for office in Office::ALL {
            parsed(PayerNumber::parse(office.payer()));
            assert_eq!(Office::of_code(office.office_code().as_str()), Some(office));
        }
        for clinic in Clinic::ALL {
            assert!(clinic.institution().check_digit_agrees());
            assert_eq!(Clinic::of_code(clinic.code()), Some(clinic));
        }
        for node in Node::ALL {
            assert_eq!(Node::of_name(node.name()), Some(node));
        }
    }
}
