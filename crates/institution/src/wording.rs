//! What this role says to the staff: error texts, reasons beside quarantined files, reports. Japanese, with the
//! next step; never a value of the request.
//!
//! Codes are our own (`MDG-…`), because the official ones (別紙6-1) are not public. Every text can be written in CP932.

use std::fmt::Write;

use env::{Doubt, FileError};
use exchange::oqs::names::NameFault;
use exchange::oqs::{Rejection, Replacement};

use crate::inquiry::InquiryError;

/// With this begins whatever verification says of a card.
pub(crate) const CARD_CODE: &str = "MDG-CRD-";
/// Verification says so of a card that was revoked.
pub(crate) const REVOKED_CARD: &str = "MDG-CRD-005";
/// Its nonce was late, or is nobody's.
pub(crate) const LATE_CARD: &str = "MDG-CRD-001";
/// It signed for another institution, terminal or purpose.
pub(crate) const OTHER_PLACE_CARD: &str = "MDG-CRD-002";
/// Its nonce was used before.
pub(crate) const USED_CARD: &str = "MDG-CRD-007";

/// 処理結果コード of an answer in which characters were replaced.
pub(crate) const REPLACED: &str = "MDG-CHR-001";

/// ErrorCode and ErrorMessage for an inquiry that has no answer.
pub(crate) fn failure(error: &InquiryError) -> (&'static str, String) {
    match error {
        InquiryError::Unreachable(_) | InquiryError::Stopping => (
            "MDG-NET-001",
            "オンライン資格確認等システムに接続できません。医療券（紙）で確認するか、しばらくしてから再照会してください。".to_owned(),
        ),
        InquiryError::Unreadable(_) | InquiryError::Another(_) => (
            "MDG-NET-002",
            "オンライン資格確認等システムの応答を確認できません。医療券（紙）で確認し、システム担当者へ連絡してください。".to_owned(),
        ),
        InquiryError::Refused { status, .. } => (
            "MDG-NET-003",
            format!(
                "オンライン資格確認等システムがこの照会を受け付けませんでした（状態 {status}）。医療券（紙）で確認し、医療機関コードと接続設定をシステム担当者へ確認してください。"
            ),
        ),
        InquiryError::Unwritable(_) => (
            "MDG-NET-004",
            "照会の項目に送信できない文字があります。値を確認して再送してください。".to_owned(),
        ),
        InquiryError::Doubted(of) => (
            "MDG-NET-005",
            format!("{}医療券（紙）で確認し、システム担当者へ連絡してください。", doubt(*of)),
        ),
    }
}

/// Whose certificate is not taken, and by whom.
pub(crate) const fn doubt(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Ours => {
            "この端末の証明書を、オンライン資格確認等システムが受け付けません（失効または期限切れ）。"
        }
        Doubt::Theirs => {
            "オンライン資格確認等システムの証明書を確認できないため、接続しません（失効、期限切れ、または別の接続先）。"
        }
        Doubt::List => "この端末の失効リストが古いため、オンライン資格確認等システムに接続しません。",
    }
}

/// ErrorCode and ErrorMessage for a result that could not be fetched.
pub(crate) fn failure_of_result(error: &InquiryError) -> (&'static str, String) {
    match failure(error) {
        (code, _) if matches!(error, InquiryError::Unreachable(_) | InquiryError::Stopping) => (
            code,
            "オンライン資格確認等システムに接続できません。受付番号が正しければ、そのままお使いいただけます。しばらくしてから、同じ受付番号で新しい2段階目の要求（…02req）を置いてください。".to_owned(),
        ),
        other => other,
    }
}

/// What to do about a folder that cannot be read or written.
pub(crate) fn remedy(error: &FileError) -> &'static str {
    use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let kind = match error {
        FileError::Io { source, .. } => source.kind(),
        _ => return "フォルダの設定（folders）を確認してください。",
    };
    match kind {
        StorageFull | QuotaExceeded => "ディスクに空きを作ってください。空きができしだい続けます。",
        PermissionDenied | ReadOnlyFilesystem => {
            "フォルダに書き込めるように権限を直してください。直りしだい続けます。"
        }
        _ => "ディスクと共有フォルダの状態を確認してください。直りしだい続けます。",
    }
}

/// Puts a remark for the staff behind what stands there.
pub(crate) fn remark(place: &mut Option<String>, remark: &str) {
    match place {
        Some(text) => {
            text.push('　');
            text.push_str(remark);
        }
        None => *place = Some(remark.to_owned()),
    }
}

/// The remark in an answer in which `count` characters were replaced.
pub(crate) fn replaced(count: usize) -> String {
    format!(
        "Shift_JISで表せない文字を、似た文字または〓に置き換えたか、取り除きました（{count}か所）。氏名などは券面またはご本人に確認してください。"
    )
}

/// Why a file in `req` is not handled as a request at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Complaint {
    /// A request of a family or service that is not supported.
    Unsupported,
    /// A request whose name cannot be answered.
    Name(NameFault),
    /// There is a result of this suffix already.
    ResultExists {
        /// Its name.
        result: String,
    },
    /// An answer of ours for which the name in `res` is taken by something else.
    NameTaken,
}

impl Complaint {
    fn parts(&self) -> (&'static str, String, &'static str) {
        const RENAME: &str =
            "まだ使っていない名前（例: OQSsiquc01req_0002.xml）で req フォルダに置き直してください。";
        match self {
            Complaint::Unsupported => (
                "MDG-FIL-001",
                "この種類の照会には対応していません。対応しているのは、資格確認の1件照会（OQSsiquc01req_）、一括照会（OQSmuquc01req_・OQSmuquc02req_）、委託先資格情報の一括取得（OQSmutic01req_・OQSmutic02req_）です。".to_owned(),
                "対応している照会で照会し直すか、医療券（紙）で確認してください。",
            ),
            Complaint::Name(fault) => {
                let what = match fault {
                    NameFault::UnknownFamily => "照会ファイルの名前ではありません。".to_owned(),
                    NameFault::NotXml => {
                        "名前が .xml で終わっていません。暗号化した .zip の照会には対応していません。".to_owned()
                    }
                    NameFault::EmptySuffix => "req_ と .xml の間に識別文字がありません。".to_owned(),
                    NameFault::LongSuffix => "req_ と .xml の間が長すぎます（上限100文字、日本語では約60文字）。".to_owned(),
                    NameFault::LeadingDot => "req_ の次がピリオドで始まっています。".to_owned(),
                    NameFault::ForbiddenCharacter { position } => {
                        format!("req_ の後の{}文字目が、ファイル名に使えない文字です。", position + 1)
                    }
                };
                ("MDG-FIL-002", what, RENAME)
            }
            Complaint::ResultExists { result } => (
                "MDG-FIL-003",
                format!("同じ識別文字の結果 {result} が res フォルダに既にあります。結果は書き換えません。"),
                RENAME,
            ),
            Complaint::NameTaken => (
                "MDG-FIL-004",
                "res フォルダに同じ名前で内容の異なるファイルがあるため、この結果を置けませんでした。".to_owned(),
                "res フォルダを使うソフトウェアが重複していないか確認し、別の識別文字で再照会してください。",
            ),
        }
    }

    /// Code and sentence for the log.
    pub(crate) fn logged(&self) -> (&'static str, String) {
        let (code, what, _) = self.parts();
        (code, what)
    }

    /// The text of `NAME.reason.txt`.
    pub(crate) fn reason(&self, name: &str) -> String {
        let (code, what, next) = self.parts();
        format!("ファイル: {name}\r\n規則: {code}\r\n理由: {what}\r\n次にすること: {next}\r\n")
    }
}

/// The text of `NAME.reason.txt` for a request that could not be read: every fault, with its place.
pub(crate) fn rejection(name: &str, rejection: &Rejection) -> String {
    let mut text = format!("ファイル: {name}\r\n理由と次にすること:\r\n");
    for fault in &rejection.faults {
        let place = if fault.path.is_empty() {
            "ファイル全体"
        } else {
            &fault.path
        };
        let _infallible = write!(
            text,
            "- 規則 {} 場所 {place}\r\n  {}\r\n",
            fault.code(),
            fault.message
        );
    }
    if rejection.left_out > 0 {
        let _infallible = write!(text, "- ほか{}件\r\n", rejection.left_out);
    }
    text.push_str("この照会には、処理結果区分 9（異常終了）の結果を res フォルダに返しました。\r\n");
    text
}

/// The text of a report: which characters of a result were replaced, and where.
pub(crate) fn report(result: &str, replaced: &[Replacement]) -> String {
    let mut text = format!(
        "結果ファイル: {result}\r\n規則: {REPLACED} Shift_JISで表せない文字を置き換えたか、取り除きました（{}か所）\r\n\
         次にすること: 氏名などを券面またはご本人に確認してください。\r\n\r\n\
         タグ\t位置（先頭が1）\tコードポイント\t書いた文字\r\n",
        replaced.len()
    );
    for Replacement { lost, written } in replaced {
        let written = written.map_or_else(|| "（なし）".to_owned(), String::from);
        let code_point = u32::from(lost.character);
        let _infallible = write!(
            text,
            "{}\t{}\tU+{code_point:04X}\t{written}\r\n",
            lost.tag,
            lost.position + 1
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use exchange::text::{Encoding, encode};

    use super::*;

    #[test]
    fn every_text_of_an_answer_can_be_written_in_cp932() {
        let errors = [
            InquiryError::Unreachable(String::new()),
            InquiryError::Another("MedicalInstitutionCode"),
            InquiryError::Doubted(Doubt::Ours),
            InquiryError::Doubted(Doubt::Theirs),
            InquiryError::Doubted(Doubt::List),
            InquiryError::Refused {
                status: 403,
                title: String::new(),
            },
            InquiryError::Unwritable(exchange::oqs::Unwritable {
                characters: Vec::new(),
            }),
        ];
        let both = errors
            .iter()
            .flat_map(|error| [failure(error).1, failure_of_result(error).1]);
        let texts = both.chain([replaced(3)]);
        for text in texts {
            encode(&text, Encoding::ShiftJis, &mut Vec::new(), |_, character| {
                panic!("{character} of {text}");
            });
        }
    }

    #[test]
    fn reasons_say_what_is_wrong_and_what_to_do() {
        let reason = Complaint::Unsupported.reason("OQSmuimm01req_202611010001.xml");
        for part in [
            "OQSmuimm01req_202611010001.xml",
            "MDG-FIL-001",
            "理由: ",
            "次にすること: ",
        ] {
            assert!(reason.contains(part), "{reason}");
        }
    }
}
