//! The rules themselves: code, English text, Japanese text.

use thiserror::Error;

use crate::text::Encoding;

/// One rule that a message broke.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "each variant's error text says what it means; limits and offsets are in bytes or pieces"
)]
pub enum Rule {
    #[error("the file has {found} bytes, more than {limit}")]
    TooLarge { limit: usize, found: usize },
    #[error("the XML declaration names an encoding that is neither UTF-8 nor Shift_JIS: {label}")]
    UnknownEncoding { label: &'static str },
    #[error("the byte at offset {offset} is not valid {}", encoding.label())]
    InvalidBytes { encoding: Encoding, offset: usize },
    #[error("character U+{code_point:04X} is not allowed in XML")]
    IllegalCharacter { code_point: u32 },
    #[error("not well-formed XML")]
    NotWellFormed,
    #[error("a document type definition is not allowed")]
    Doctype,
    #[error("only the five predefined entities and numeric references are allowed")]
    Entity,
    #[error("elements are nested deeper than {limit}")]
    TooDeep { limit: usize },
    #[error("more than {limit} elements")]
    TooManyElements { limit: usize },
    #[error("a text is longer than {limit} bytes")]
    TextTooLong { limit: usize },
    #[error("an element has more than {limit} attributes")]
    TooManyAttributes { limit: usize },
    #[error("more than {limit} pieces of markup")]
    TooMuchWork { limit: usize },
    #[error("there is no message in the file")]
    Empty,
    #[error("the root element is not XmlMsg")]
    WrongRoot,
    #[error("text stands beside elements")]
    MixedContent,
    #[error("CharacterCodeIdentifier disagrees with the file's encoding")]
    EncodingDisagrees,
    #[error("not well-formed JSON")]
    NotJson,
    #[error("a JSON value must be a string, an object, or an array of objects")]
    NotAString,
    #[error("required, but absent or empty")]
    Missing,
    #[error("given more than once")]
    Repeated,
    #[error("not a date yyyyMMdd of the calendar")]
    NotADate,
    #[error("not a time yyyyMMddHHmmss of the calendar")]
    NotATime,
    #[error("not a month yyyyMM")]
    NotAMonth,
    #[error("must be {min} to {max} ASCII digits")]
    NotDigits { min: usize, max: usize },
    #[error("longer than {max} characters")]
    TooLong { max: usize },
    #[error("not a code of its table")]
    UnknownCode,
    #[error("must hold text, not elements")]
    HoldsElements,
    #[error("must hold elements, not text")]
    HoldsText,
    #[error("must be a number of at most {max} digits")]
    NotACount { max: usize },
}

impl Rule {
    /// The stable code, fit for `ErrorCode`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "MDG-XML-001",
            Self::UnknownEncoding { .. } => "MDG-XML-002",
            Self::InvalidBytes { .. } => "MDG-XML-003",
            Self::IllegalCharacter { .. } => "MDG-XML-004",
            Self::NotWellFormed => "MDG-XML-005",
            Self::Doctype => "MDG-XML-006",
            Self::Entity => "MDG-XML-007",
            Self::TooDeep { .. } => "MDG-XML-008",
            Self::TooManyElements { .. } => "MDG-XML-009",
            Self::TextTooLong { .. } => "MDG-XML-010",
            Self::TooManyAttributes { .. } => "MDG-XML-011",
            Self::TooMuchWork { .. } => "MDG-XML-012",
            Self::Empty => "MDG-XML-013",
            Self::WrongRoot => "MDG-XML-014",
            Self::MixedContent => "MDG-XML-015",
            Self::EncodingDisagrees => "MDG-XML-016",
            Self::NotJson => "MDG-JSN-001",
            Self::NotAString => "MDG-JSN-002",
            Self::Missing => "MDG-OQS-001",
            Self::Repeated => "MDG-OQS-002",
            Self::NotADate => "MDG-OQS-003",
            Self::NotATime => "MDG-OQS-004",
            Self::NotAMonth => "MDG-OQS-005",
            Self::NotDigits { .. } => "MDG-OQS-006",
            Self::TooLong { .. } => "MDG-OQS-007",
            Self::UnknownCode => "MDG-OQS-008",
            Self::HoldsElements => "MDG-OQS-009",
            Self::HoldsText => "MDG-OQS-010",
            Self::NotACount { .. } => "MDG-OQS-011",
        }
    }

    /// What is wrong and what to do next, in Japanese; `place` names the item or the line.
    pub(super) fn message(&self, place: &str) -> String {
        match self {
            Self::TooLarge { limit, found } => format!(
                "ファイルが大きすぎます（{found} バイト、上限 {limit} バイト）。必要な照会だけを含むファイルを作り直してください。"
            ),
            Self::UnknownEncoding { label } => format!(
                "XML宣言の文字コード「{label}」は使えません。UTF-8 または Shift_JIS で保存し直してください。"
            ),
            Self::InvalidBytes { encoding, offset } => format!(
                "{offset} バイト目が {} の文字として読めません。XML宣言の文字コードと実際の保存形式を一致させてください。",
                encoding.label()
            ),
            Self::IllegalCharacter { code_point } => format!(
                "{place}に使えない制御文字（U+{code_point:04X}）があります。取り除いて再送してください。"
            ),
            Self::NotWellFormed => {
                format!(
                    "{place}でXMLの形が崩れています。タグの閉じ忘れや途中で切れたファイルでないか確認し、作り直してください。"
                )
            }
            Self::Doctype => "DOCTYPE宣言は使えません。取り除いて再送してください。".into(),
            Self::Entity => {
                format!(
                    "{place}に定義されていない実体参照（&…;）があります。文字そのもの、または &amp; などの標準の5種で書き直してください。"
                )
            }
            Self::TooDeep { limit } => {
                format!("タグの入れ子が深すぎます（上限 {limit} 段）。電文の構造を確認してください。")
            }
            Self::TooManyElements { limit } => {
                format!(
                    "項目の数が多すぎます（上限 {limit} 個）。必要な照会だけを含むファイルを作り直してください。"
                )
            }
            Self::TextTooLong { limit } => {
                format!("{place}の値が長すぎます（上限 {limit} バイト）。値を確認して再送してください。")
            }
            Self::TooManyAttributes { limit } => {
                format!("{place}の属性が多すぎます（上限 {limit} 個）。属性を取り除いて再送してください。")
            }
            Self::TooMuchWork { limit } => {
                format!(
                    "ファイルの要素や注釈が多すぎます（上限 {limit} 個）。必要な照会だけを含むファイルを作り直してください。"
                )
            }
            Self::Empty => {
                "ファイルに電文がありません。書き込みの途中で置かれていないか確認し、作り直してください。"
                    .into()
            }
            Self::WrongRoot => {
                "最上位のタグが XmlMsg ではありません。ファイルの種類を確認してください。".into()
            }
            Self::MixedContent => {
                format!("{place}でタグと文字が混在しています。値はタグの中だけに書いてください。")
            }
            Self::EncodingDisagrees => {
                format!(
                    "{place}がファイルの文字コードと一致しません。UTF-8 は 0、Shift_JIS は 1 を設定してください。"
                )
            }
            Self::NotJson => {
                format!("{place}でJSONの形が崩れています。送信内容を確認し、作り直してください。")
            }
            Self::NotAString => {
                format!(
                    "{place}の値が文字列ではありません。数字も含めてすべて \"…\" で囲んで再送してください。"
                )
            }
            Self::Missing => format!("{place}がありません。値を設定して再送してください。"),
            Self::Repeated => format!("{place}が2回以上あります。1つだけにして再送してください。"),
            Self::NotADate => {
                format!(
                    "{place}が正しい日付ではありません。実在する日付を yyyyMMdd の8桁で設定してください。"
                )
            }
            Self::NotATime => {
                format!(
                    "{place}が正しい日時ではありません。実在する日時を yyyyMMddHHmmss の14桁で設定してください。"
                )
            }
            Self::NotAMonth => format!("{place}が正しい年月ではありません。yyyyMM の6桁で設定してください。"),
            Self::NotDigits { min, max } if min == max => {
                format!("{place}が半角数字{max}桁ではありません。値を確認して再送してください。")
            }
            Self::NotDigits { min, max } => {
                format!("{place}が半角数字{min}～{max}桁ではありません。値を確認して再送してください。")
            }
            Self::TooLong { max } => {
                format!("{place}が長すぎます（上限 {max} 文字）。値を確認して再送してください。")
            }
            Self::UnknownCode => {
                format!("{place}が業務コード表にない値です。コード表を確認して再送してください。")
            }
            Self::HoldsElements => {
                format!("{place}の中に別のタグがあります。値だけを設定して再送してください。")
            }
            Self::NotACount { max } => {
                format!("{place}が半角数字{max}桁以内の件数ではありません。値を確認して再送してください。")
            }
            Self::HoldsText => {
                format!("{place}に値が直接書かれています。中の項目ごとのタグに分けて再送してください。")
            }
        }
    }
}
