//! What can go wrong between a card and its answer.

use domain::permit::Denied;
use env::Doubt;
use exchange::oqs::Rejection;
use exchange::oqs::siquc01::ResultMessage;
use identity::reader::CardError;
use service::Problem;

use crate::no::No;
use crate::wording::{CARD_CODE, LATE_CARD, OTHER_PLACE_CARD, REVOKED_CARD, USED_CARD, doubt};

/// Why a card was not read. What it says is for the log and the staff; the next step is [`CardFault::next`].
#[derive(Debug, thiserror::Error)]
pub enum CardFault {
    /// The card itself.
    #[error(transparent)]
    Card(#[from] CardError),
    /// An institution may not ask, says the permission table.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Only a terminal reads cards, and this is none.
    #[error("資格確認端末の証明書（institution:コード:terminal:名前）ではないため、カードを読み取れません")]
    NoTerminal,
    /// Verification cannot be reached, or says that it cannot answer now.
    #[error("オンライン資格確認等システムに接続できません: {0}")]
    Unreachable(String),
    /// One of the two does not take the other's certificate.
    #[error("{}", doubt(*.0))]
    Doubted(Doubt),
    /// It said no to this terminal, whichever card lies there.
    #[error("オンライン資格確認等システムが受け付けませんでした（状態 {status}）: {title}")]
    Refused {
        /// The HTTP status, 4xx.
        status: u16,
        /// What it said.
        title: String,
    },
    /// Its answer is not of the agreed shape.
    #[error("オンライン資格確認等システムの応答を確認できません")]
    Unreadable,
    /// Its answer is no message that we understand.
    #[error("オンライン資格確認等システムの応答を確認できません: {0}")]
    Message(Rejection),
    /// Its answer belongs to another inquiry.
    #[error("オンライン資格確認等システムの応答が、別の照会のものです（{0}）")]
    Another(&'static str),
    /// It answered with 異常終了, and says why in ErrorCode and ErrorMessage.
    #[error("照会は異常終了しました（{}）: {}", code(.0), message(.0))]
    Failed(Box<ResultMessage>),
    /// The same, to an enrolment.
    #[error("利用申込を受け付けられません（{code}）: {message}")]
    NotEnrolled {
        /// ErrorCode, of the same table.
        code: String,
        /// ErrorMessage, for the staff.
        message: String,
    },
}

impl From<No> for CardFault {
    fn from(no: No) -> CardFault {
        match no {
            No::Doubted(doubt) => CardFault::Doubted(doubt),
            No::Unreachable(why) => CardFault::Unreachable(why),
            // An enrolment is told of its card in a problem, where an inquiry has a message: the code stands in `field`.
            No::Refused(Problem {
                title,
                field: Some(code),
                ..
            }) if code.starts_with(CARD_CODE) => CardFault::NotEnrolled { code, message: title },
            No::Refused(Problem { status, title, .. }) => CardFault::Refused { status, title },
        }
    }
}

/// What somebody at the desk does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Lay the card on the reader again.
    CardAgain,
    /// Another card, or none: this one cannot be used here.
    OtherWay,
    /// Unlock it once more.
    UnlockAgain,
    /// The municipality takes the lock off; until then another way.
    Municipality,
    /// Ask again in a little while; until then paper.
    Later,
    /// Whoever runs the terminal.
    Staff,
}

impl CardFault {
    /// What happened, in words for the staff; of an 異常終了 its own ErrorMessage. What the network and the other end said of it is
    /// for the log.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            CardFault::Failed(answer) if !message(answer).is_empty() => message(answer).to_owned(),
            CardFault::NotEnrolled { message, .. } => message.clone(),
            CardFault::Unreachable(_) => "オンライン資格確認等システムに接続できません".to_owned(),
            CardFault::Refused { status, .. } => {
                format!("オンライン資格確認等システムが受け付けませんでした（状態 {status}）")
            }
            fault => fault.to_string(),
        }
    }

    /// Whether the card was refused because it was revoked.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.code() == Some(REVOKED_CARD)
    }

    /// What verification says of the card, of its table.
    fn code(&self) -> Option<&str> {
        match self {
            CardFault::Failed(answer) => Some(code(answer)),
            CardFault::NotEnrolled { code, .. } => Some(code),
            _ => None,
        }
    }

    /// What to do.
    #[must_use]
    pub fn next(&self) -> Next {
        match self {
            CardFault::Card(error) => match error {
                CardError::Gone => Next::CardAgain,
                CardError::WrongPin { .. } | CardError::OtherFace { .. } | CardError::NotUnlocked => {
                    Next::UnlockAgain
                }
                CardError::Locked | CardError::FaceLocked => Next::Municipality,
                _ => Next::OtherWay,
            },
            CardFault::Unreachable(_) => Next::Later,
            CardFault::Failed(_) | CardFault::NotEnrolled { .. } => match self.code() {
                // The nonce was late, or used: the next reading has another one.
                Some(LATE_CARD | USED_CARD) => Next::CardAgain,
                // Signed for another terminal or purpose than this one's.
                Some(OTHER_PLACE_CARD) => Next::Staff,
                _ => Next::OtherWay,
            },
            CardFault::Denied(_)
            // About this terminal, and not about the card.
            | CardFault::Refused { .. }
            | CardFault::Doubted(_)
            | CardFault::NoTerminal
            | CardFault::Unreadable
            | CardFault::Message(_)
            | CardFault::Another(_) => Next::Staff,
        }
    }
}

/// ErrorCode, of verification's table.
fn code(answer: &ResultMessage) -> &str {
    answer.header.error_code.as_deref().unwrap_or_default()
}

/// ErrorMessage, for the staff.
fn message(answer: &ResultMessage) -> &str {
    answer.header.error_message.as_deref().unwrap_or_default()
}

impl Next {
    /// Whether the same card may do when it is tried again; otherwise it only takes time.
    #[must_use]
    pub const fn is_again(self) -> bool {
        match self {
            Next::CardAgain | Next::UnlockAgain | Next::Municipality | Next::Later => true,
            Next::OtherWay | Next::Staff => false,
        }
    }

    /// In a sentence, for the log and for commands.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Next::CardAgain => "カードをもう一度置いてください。",
            Next::OtherWay => "医療券（紙）または番号で確認してください。",
            Next::UnlockAgain => "暗証番号か顔認証で、もう一度確認してください。",
            Next::Municipality => {
                "別の方法（暗証番号・顔認証・目視）で確認してください。ロックは住所地の市区町村で解除します。"
            }
            Next::Later => "しばらくしてからもう一度読み取るか、医療券（紙）で確認してください。",
            Next::Staff => "医療券（紙）で確認し、システム担当者へ連絡してください。",
        }
    }
}
