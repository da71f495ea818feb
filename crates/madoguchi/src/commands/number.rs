//! `madoguchi number check`: whether a number is valid, and if not which rule it breaks.

use domain::number::{
    IndividualNumber, InstitutionCode, InsurerNumber, NumberError, NumberKind as Kind, NumberRule,
    PayerNumber, RecipientNumber,
};
use serde::Serialize;

use super::typed;
use crate::cli::{NumberCheck, NumberKind};
use crate::outcome::{Failure, Outcome, print, print_json};

/// What was found.
#[derive(Serialize)]
struct Finding {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(super) fn check(asked: &NumberCheck) -> Outcome {
    let value = match asked.value.as_str() {
        "-" => typed::line()?,
        _ if asked.kind == NumberKind::Individual => {
            return Err(Failure::failed(
                "個人番号は標準入力からだけ読みます（コマンドの履歴に残さないためです）。",
            )
            .next_step("madoguchi number check individual - < FILE"));
        }
        value => value.to_owned(),
    };
    let reason = judge(asked.kind, &value).err();
    let finding = Finding {
        valid: reason.is_none(),
        reason,
    };
    if asked.json {
        print_json(&finding)?;
    } else if finding.valid {
        print("正しい番号です（valid）");
    }
    match finding.reason {
        None => Ok(()),
        Some(reason) => Err(Failure::failed(reason)),
    }
}

fn judge(kind: NumberKind, value: &str) -> Result<(), String> {
    let said = |error: NumberError| wording(&error);
    match kind {
        NumberKind::Payer => PayerNumber::parse(value).map(|_| ()).map_err(said),
        NumberKind::Recipient => RecipientNumber::parse(value).map(|_| ()).map_err(said),
        NumberKind::Insurer => InsurerNumber::parse(value).map(|_| ()).map_err(said),
        NumberKind::Individual => IndividualNumber::parse(value).map(|_| ()).map_err(said),
        NumberKind::Institution => {
            let code = InstitutionCode::parse(value).map_err(said)?;
            if code.check_digit_agrees() {
                return Ok(());
            }
            let expected = code.expected_check_digit();
            Err(format!(
                "医療機関コード: 検証番号が合いません（計算では {expected}）。1976年より前に付番されたコードには合わないものが\
                 あるため、このコードの電文は受け付けます。"
            ))
        }
    }
}

/// The broken rule, and what would be right. Never the number.
fn wording(error: &NumberError) -> String {
    let kind = match error.kind {
        Kind::Payer => "公費負担者番号",
        Kind::Recipient => "受給者番号",
        Kind::Insurer => "保険者番号",
        Kind::Institution => "医療機関コード",
        Kind::Individual => "個人番号",
    };
    let digits = error.kind.lengths().replace(" or ", "桁または");
    let rule = match error.rule {
        NumberRule::Empty => format!("入力がありません。半角数字{digits}桁で入力してください。"),
        NumberRule::FullWidth { position } => {
            format!("{position}文字目が全角の数字です。半角数字（0〜9）で入力してください。")
        }
        NumberRule::NotADigit { position } => {
            format!("{position}文字目が数字ではありません。半角数字（0〜9）だけを入力してください。")
        }
        NumberRule::Length { found, .. } => {
            format!("{found}桁です。{digits}桁で入力してください。")
        }
        NumberRule::CheckDigit { expected } => format!(
            "検証番号（最後の桁）が合いません。計算では {expected} です。番号の写し間違いがないか確認してください。"
        ),
        NumberRule::SecretCheckDigit => {
            "検査用数字（最後の桁）が合いません。番号の写し間違いがないか確認してください。".to_owned()
        }
        NumberRule::Prefecture { found } => format!(
            "先頭の {found:02} は都道府県番号ではありません。01〜47（または51〜97）で始まる番号を入力してください。"
        ),
        NumberRule::AllZero => "すべて0の番号はありません。番号を確認してください。".to_owned(),
    };
    format!("{kind}: {rule}")
}
