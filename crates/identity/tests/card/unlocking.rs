//! What lets a card sign: its PIN, three tries; a face, ten; each with a count of its own.

use crate::identity::reader::{CardError, Face, Pin, Session, VirtualCard, Wire};
use crate::presence::card;

/// Three wrong tries in a row lock the card; a right one in between begins again; taking it out does not help.
#[test]
fn a_pin_is_tried_three_times() {
    let mut card = card();
    let pin = |text: &str| Pin::parse(text).unwrap();
    let mut session = Session::open(&mut card).unwrap();
    assert_eq!(session.tries_left(), Ok(3));
    assert_eq!(session.sign(b"before"), Err(CardError::NotUnlocked));
    assert_eq!(session.verify(&pin("0000")), Err(CardError::WrongPin { left: 2 }));
    assert_eq!(session.verify(&pin("1234")), Ok(()));
    assert_eq!(session.tries_left(), Ok(3));
    assert!(session.sign(b"after").is_ok());
    assert_eq!(session.verify(&pin("0000")), Err(CardError::WrongPin { left: 2 }));
    // A wrong one takes back what the right one gave.
    assert_eq!(session.sign(b"after a wrong one"), Err(CardError::NotUnlocked));
    card.reinsert();
    let mut session = Session::open(&mut card).unwrap();
    assert_eq!(session.tries_left(), Ok(2));
    assert_eq!(session.verify(&pin("0000")), Err(CardError::WrongPin { left: 1 }));
    assert_eq!(session.verify(&pin("0000")), Err(CardError::Locked));
    assert_eq!(session.verify(&pin("1234")), Err(CardError::Locked));
    assert_eq!(session.sign(b"locked"), Err(CardError::NotUnlocked));
    assert!(session.certificate().is_ok(), "the certificate needs no PIN");
    card.reset(*b"5678");
    let mut session = Session::open(&mut card).unwrap();
    assert_eq!(session.verify(&pin("5678")), Ok(()));
    for wrong in ["", "123", "12345", "12a4", "１２３４"] {
        assert!(Pin::parse(wrong).is_none(), "{wrong}");
    }
    assert_eq!(format!("{:?}", pin("1234")), "Pin(****)");
}

/// Ten other faces in a row lock that way and no other; PINs are counted by themselves; 目視 begins no count anew.
#[test]
fn a_face_is_compared_ten_times() {
    let mut card = card();
    let pin = |text: &str| Pin::parse(text).unwrap();
    let mut session = Session::open(&mut card).unwrap();
    let other = |left| Err(CardError::OtherFace { left });
    assert_eq!(session.verify(&pin("0000")), Err(CardError::WrongPin { left: 2 }));
    for left in (1..10).rev() {
        assert_eq!(session.compare(Face::Other), other(left));
    }
    // The right one begins its own count anew, and signs.
    assert_eq!(session.compare(Face::Same), Ok(()));
    assert!(session.sign(b"by face").is_ok());
    assert_eq!(session.tries_left(), Ok(2));
    assert_eq!(session.compare(Face::Other), other(9));
    // Another one takes back what the right one gave; the right PIN begins the PIN's count anew and not the face's.
    assert_eq!(session.sign(b"after another"), Err(CardError::NotUnlocked));
    assert_eq!(session.verify(&pin("1234")), Ok(()));
    assert_eq!(session.compare(Face::Other), other(8));
    assert_eq!(session.sign(b"after another"), Err(CardError::NotUnlocked));
    // 目視: the desk looks, and of the card nothing but the certificate is read, if that.
    card.reinsert();
    let mut session = Session::open(&mut card).unwrap();
    assert!(session.certificate().is_ok());
    assert_eq!(session.sign(b"by eye"), Err(CardError::NotUnlocked));
    for left in (1..8).rev() {
        assert_eq!(session.compare(Face::Other), other(left));
        assert_eq!(session.faces_left(), Ok(left), "asking is no try");
    }
    assert_eq!(session.compare(Face::Other), Err(CardError::FaceLocked));
    assert_eq!(session.faces_left(), Err(CardError::FaceLocked));
    assert_eq!(session.compare(Face::Same), Err(CardError::FaceLocked));
    // The other way is open; and closed by itself.
    assert_eq!(session.tries_left(), Ok(3));
    assert_eq!(session.verify(&pin("1234")), Ok(()));
    assert!(session.sign(b"by PIN").is_ok());
    card.reset(*b"5678");
    let mut session = Session::open(&mut card).unwrap();
    for _ in 0..3 {
        let _wrong = session.verify(&pin("0000"));
    }
    assert_eq!(session.verify(&pin("5678")), Err(CardError::Locked));
    assert_eq!(session.compare(Face::Same), Ok(()));
    assert!(session.sign(b"by face, the PIN is locked").is_ok());
}

/// A card that knows no unlocking by face says so, and the PIN is as good.
#[test]
fn a_card_without_faces_says_so() {
    struct Faceless(VirtualCard);
    impl Wire for Faceless {
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardError> {
            match command {
                [0x80, 0x20, ..] => Ok(vec![0x6e, 0x00]),
                other => self.0.transmit(other),
            }
        }
    }
    let mut card = Faceless(card());
    let mut session = Session::open(&mut card).unwrap();
    assert_eq!(session.compare(Face::Same), Err(CardError::NoFace));
    assert_eq!(session.verify(&Pin::parse("1234").unwrap()), Ok(()));
}
