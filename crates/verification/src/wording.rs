//! What this role says to a desk beside answers: codes and texts for 処理結果区分 9. Japanese, with the next step; never a
//! value of the request.
//!
//! Codes are our own (`MDG-…`), because the official ones (別紙6-1) are not public. Every text can be written in CP932.

use std::time::Duration;

use domain::number::NumberRule;
use identity::presence::NotPresent;

/// ErrorCode and ErrorMessage.
pub(crate) type Refusal<T = &'static str> = (&'static str, T);

/// A refusal whose text is always the same.
pub(crate) fn fixed((code, text): Refusal) -> Refusal<String> {
    (code, text.to_owned())
}

/// Another institution's code stands in the request.
pub(crate) const OTHER_INSTITUTION: Refusal = (
    "MDG-INS-001",
    "医療機関コードが、接続している医療機関のものと異なります。資格確認端末の設定と電文の医療機関コードを確認してください。",
);

/// 公費負担者番号・保険者番号 that nobody can have.
pub(crate) fn malformed_insurer(rule: NumberRule) -> Refusal<String> {
    let (why, place) = (
        malformed(rule, "8桁（国民健康保険は6桁）"),
        "公費負担者番号・保険者番号（InsurerNumber）",
    );
    ("MDG-NUM-001", format!("{place}{why}"))
}

/// 受給者番号 that nobody can have.
pub(crate) fn malformed_recipient(rule: NumberRule) -> Refusal<String> {
    let (why, place) = (
        malformed(rule, "7桁"),
        "受給者番号（InsuredIdentificationNumber）",
    );
    ("MDG-NUM-002", format!("{place}{why}"))
}

fn malformed(rule: NumberRule, length: &str) -> String {
    match rule {
        NumberRule::Length { .. } | NumberRule::Empty => {
            format!("の桁数が違います。{length}で入力してください。")
        }
        NumberRule::CheckDigit { .. } => {
            "の検証番号（末尾の1桁）が合いません。入力間違いがないか、券面で確認してください。".into()
        }
        NumberRule::FullWidth { .. } => "に全角の数字があります。半角数字で入力してください。".into(),
        _ => "に数字でない文字があります。半角数字で入力してください。".into(),
    }
}

/// Too many inquiries by number of this terminal found nobody.
pub(crate) fn too_many_misses(wait: Duration) -> Refusal<String> {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    let text = format!(
        "番号による照会で該当のないものが続いたため、この端末からの番号照会をあと{minutes}分停止しています。カードで確認するか、医療券（紙）で受け付けてください。"
    );
    ("MDG-NUM-003", text)
}

/// Too many people of this institution's lists were found to be nobody.
pub(crate) fn too_many_bulk_misses(wait: Duration) -> Refusal<String> {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    let text = format!(
        "一括照会で該当のないものが多いため、一括照会をあと{minutes}分停止しています。照会する方の一覧を確認してから、再照会してください。"
    );
    ("MDG-BLK-006", text)
}

/// In a result: of somebody of a list behind too many who were nobody.
pub(crate) const NOT_LOOKED_FOR: Refusal = (
    "MDG-BLK-006",
    "一括照会で該当のないものが多いため、この方は照会していません。該当者がいないという意味ではありません。照会する方の一覧を確認し、時間をおいて再照会してください。",
);

/// There is nothing under this 受付番号. That is no word about anybody's vouchers, and the text says so.
pub(crate) const GONE: Refusal = (
    "MDG-BLK-001",
    "受付番号に対応する一括照会が見つかりません（番号の誤り、または保存期間の終了）。該当者がいないという意味ではありません。一括照会を最初からやり直してください。",
);

/// What was received cannot be processed.
pub(crate) const FAILED: Refusal = (
    "MDG-BLK-002",
    "この一括照会を処理できませんでした。医療券（紙）または1件照会で確認し、システム担当者へ連絡してください。",
);

/// More people than one request may ask about.
pub(crate) fn too_many_people(most: impl std::fmt::Display) -> Refusal<String> {
    let text = format!("一度に照会できるのは{most}件までです。照会を分けて再送してください。");
    ("MDG-BLK-003", text)
}

/// Too many receptions of this institution are being processed.
pub(crate) const BUSY: Refusal = (
    "MDG-BLK-004",
    "処理中の一括照会が多すぎます。先に受け付けた照会の結果を取得してから、再照会してください。",
);

/// The whole is too large for one answer.
pub(crate) const IN_PARTS: Refusal = (
    "MDG-BLK-005",
    "結果が大きいため、一度には返せません。分割（madoguchi-part）で取得してください。",
);

/// Beside an answer to a card whose certificate has ended within three months.
pub(crate) const ENDED_CARD: &str = "カードの電子証明書の有効期限が切れています（3か月以内）。資格だけを回答しました。薬剤情報などの閲覧には更新が必要です。住所地の市区町村で更新してください。";

/// Why a card is not believed, and what to do at the desk.
pub(crate) fn not_present(reason: &NotPresent) -> Refusal<String> {
    let (code, next) = match reason {
        NotPresent::NotOurs | NotPresent::OtherConnection | NotPresent::Stale | NotPresent::Future => {
            ("MDG-CRD-001", AGAIN)
        }
        NotPresent::OtherInstitution
        | NotPresent::OtherTerminal
        | NotPresent::OtherPlace
        | NotPresent::OtherPurpose => ("MDG-CRD-002", "端末の設定を確認してください。"),
        NotPresent::Certificate(_) | NotPresent::Signature => ("MDG-CRD-003", OTHERWISE),
        NotPresent::Refused(_) => ("MDG-CRD-004", OTHERWISE),
        NotPresent::Revoked => ("MDG-CRD-005", OTHERWISE),
        NotPresent::Unknown(_) => ("MDG-CRD-006", OTHERWISE),
    };
    (code, format!("{reason}。{next}"))
}

/// The nonce was used before.
pub(crate) const USED_NONCE: Refusal = (
    "MDG-CRD-007",
    "同じ読み取りが2度送られました。回答していません。もう一度カードを読み取ってください。",
);

const AGAIN: &str = "もう一度カードを読み取ってください。";
const OTHERWISE: &str =
    "番号による照会か医療券（紙）で受け付け、カードについては住所地の市区町村へ確認するよう伝えてください。";

#[cfg(test)]
mod tests {
    use exchange::text::{Encoding, encode};

    use super::*;

    #[test]
    fn every_text_can_be_written_in_cp932_and_says_the_next_step() {
        let (_, too_many) = too_many_people(5_000);
        let fixed = [
            OTHER_INSTITUTION,
            GONE,
            FAILED,
            BUSY,
            IN_PARTS,
            USED_NONCE,
            NOT_LOOKED_FOR,
        ]
        .map(|(_, text)| text);
        let rules = [
            NumberRule::Empty,
            NumberRule::FullWidth { position: 1 },
            NumberRule::NotADigit { position: 1 },
            NumberRule::CheckDigit { expected: 0 },
        ];
        let malformed: Vec<String> = rules
            .into_iter()
            .flat_map(|rule| [malformed_insurer(rule).1, malformed_recipient(rule).1])
            .collect();
        let (one, many) = (
            too_many_misses(Duration::from_secs(61)).1,
            too_many_bulk_misses(Duration::ZERO).1,
        );
        let cards = [
            NotPresent::Stale,
            NotPresent::OtherPlace,
            NotPresent::Signature,
            NotPresent::Revoked,
        ];
        let cards = cards.map(|reason| not_present(&reason).1);
        let made = malformed
            .iter()
            .map(String::as_str)
            .chain([&*too_many, &one, &many, ENDED_CARD])
            .chain(cards.iter().map(String::as_str));
        for text in fixed.into_iter().chain(made) {
            encode(text, Encoding::ShiftJis, &mut Vec::new(), |_, character| {
                panic!("{character} of {text}");
            });
            assert!(text.ends_with("ください。"), "{text}");
        }
    }
}
