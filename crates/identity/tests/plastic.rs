//! The same session through the operating system's service for smart cards (PC/SC): the virtual card is put into a virtual
//! reader (vpcd of vsmartcard), over TCP.
//!
//! It needs both: `apt-get install pcscd vsmartcard-vpcd`, a running `pcscd`, and `MADOGUCHI_TEST_VPCD=127.0.0.1:35963`. Without
//! the variable the test says that it was skipped, and so does the stage `plastic` of `cargo xtask test`: no machine has a reader
//! by itself.
#![cfg(feature = "pcsc")]
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::JoinHandle;
use std::time::Duration;

use madoguchi_identity::authority::issuing::rsa_key;
use madoguchi_identity::reader::{CardError, Face, Pin, Readers, Session, VirtualCard, Wire};

/// Inserts a card: vpcd asks, the card answers, until the connection ends. Each message has its length before it.
fn insert(address: &str, mut card: VirtualCard) -> JoinHandle<()> {
    let mut vpcd = TcpStream::connect(address).unwrap();
    std::thread::spawn(move || {
        let mut length = [0; 2];
        while vpcd.read_exact(&mut length).is_ok() {
            let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
            vpcd.read_exact(&mut message).unwrap();
            let answer = match message.as_slice() {
                // Off, on, reset: nothing is answered.
                [0..=2] => {
                    card.reinsert();
                    continue;
                }
                // What a card says of itself when it is put in: T=1, nothing else.
                [4] => vec![0x3b, 0x80, 0x01, 0x81],
                command => card.transmit(command).unwrap(),
            };
            let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
            vpcd.write_all(&[&length, answer.as_slice()].concat()).unwrap();
        }
    })
}

#[test]
fn a_card_in_a_reader_is_the_same_card() {
    let Ok(address) = std::env::var("MADOGUCHI_TEST_VPCD") else {
        // Written past what the test harness keeps to itself of a test that passes.
        let skipped = b"skipped: MADOGUCHI_TEST_VPCD is not set; no virtual reader\n";
        std::io::stderr().write_all(skipped).unwrap();
        return;
    };
    let certificate: Vec<u8> = [&[0x30, 0x82, 0x04, 0x00][..], &[7; 0x400]].concat();
    let key = rsa_key().unwrap();
    let card = VirtualCard::new(certificate.clone(), key.serialized_der(), *b"1234").unwrap();
    let _reader = insert(&address, card);
    let readers = Readers::open().unwrap();
    // The first of vpcd's readers.
    let name = readers
        .names()
        .unwrap()
        .into_iter()
        .find(|name| name.contains("Virtual PCD"));
    let name = name.unwrap();
    readers.wait(&name, Duration::from_secs(60)).unwrap();
    let mut card = readers.card(&name).unwrap();
    let mut session = Session::open(&mut card).unwrap();
    assert_eq!(session.certificate().unwrap(), certificate);
    assert_eq!(session.tries_left(), Ok(3));
    assert_eq!(session.sign(b"before"), Err(CardError::NotUnlocked));
    let pin = |text| Pin::parse(text).unwrap();
    assert_eq!(session.verify(&pin("0000")), Err(CardError::WrongPin { left: 2 }));
    assert_eq!(
        session.compare(Face::Other),
        Err(CardError::OtherFace { left: 9 })
    );
    assert_eq!(session.compare(Face::Same), Ok(()));
    assert_eq!(session.sign(b"by face").unwrap().len(), 256);
    assert_eq!(session.verify(&pin("1234")), Ok(()));
    assert_eq!(session.sign(b"by PIN").unwrap().len(), 256);
    // As long as it is held nobody else has it.
    assert!(matches!(readers.card(&name), Err(CardError::Taken)));
    // Let go, it is reset: what was chosen and unlocked is forgotten. Nothing is chosen here, since that would lock it too.
    drop(card);
    let mut card = readers.card(&name).unwrap();
    let sign = [&[0x80, 0x2a, 0x00, 0x80, 51][..], &[7; 51], &[0]].concat();
    assert_eq!(card.transmit(&sign), Ok(vec![0x69, 0x82]));
}
