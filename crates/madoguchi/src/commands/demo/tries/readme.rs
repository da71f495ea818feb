//! `DATA/try/README.txt`.

use std::fmt::Write;
use std::path::Path;

use super::Try;
use crate::commands::demo::cards::Holder;
use crate::commands::demo::fleet::{self, INSTITUTIONS};

/// For each request whom it asks about, what is answered and why, and how it is dropped.
pub(super) fn text(data: &Path, tries: &[Try], holders: &[Holder]) -> String {
    let data = data.display();
    let mut text = format!(
        "お試し用の照会ファイル\n\
         \n\
         デモが動いている間に、レセコンの代わりに照会を置いてみるためのファイルです。人も番号もすべて架空です。\n\
         \n\
         置き方\n\
         \u{3000}照会は、別の場所に書き終えてから、名前の変更（mv）で req に入れます。req の中へ直接コピー（cp）すると、\n\
         \u{3000}書きかけのファイルを読まれることがあります。回答は、同じ識別文字で res に出ます。\n\
         \n\
         \u{3000}cd {data}\n\
         \u{3000}cp try/OQSsiquc01req_0001.xml clinic/OQS/ && mv clinic/OQS/OQSsiquc01req_0001.xml clinic/OQS/req/\n\
         \u{3000}cat clinic/OQS/res/OQSsiquc01res_0001.xml\n\
         \n\
         \u{3000}同じ名前には一度だけ回答します。もう一度試すときは、res の結果を取り除くか、名前の数字を変えてください。\n\
         \u{3000}受け付けられないファイルは、理由を書いた .reason.txt といっしょに quarantine に移ります。\n\
         \n\
         期待する回答\n"
    );
    for one in tries {
        let (_, role, _) = INSTITUTIONS.get(one.desk).copied().unwrap_or(INSTITUTIONS[0]);
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\n{}\n\
             \u{3000}置く場所: {role}/OQS/req（{}）\n\
             \u{3000}だれについて: {}\n\
             \u{3000}期待する回答: {}\n\
             \u{3000}理由: {}\n",
            one.file,
            fleet::about(role),
            one.whom,
            one.expected,
            one.why
        );
    }
    if !holders.is_empty() {
        text.push_str(
            "\n試験用カード（cards）\n\
             \u{3000}診療所の受付の画面（clinic.toml の pages）か、次のコマンドで読み取ります。暗証番号はどれも 1234 です。\n\
             \u{3000}madoguchi institution card --config clinic.toml cards/1-voucher\n",
        );
    }
    for holder in holders {
        let Holder {
            card, link, about, ..
        } = holder;
        let expected = holder.expectation();
        let _ = write!(
            text,
            "\n{card}\n\
             \u{3000}だれのカード: 紐付番号 {link}。{about}\n\
             \u{3000}期待する回答: {expected}\n"
        );
    }
    text.push_str(
        "\n「該当資格なし」は、理由が何であっても同じ回答です。受給していないことを意味するものではありません。\n\
         医療機関は、カードで確認するか、福祉事務所に問い合わせます。\n\
         この一覧は、デモを起動するたびに、その時点の決定に合わせて書き直されます。\n",
    );
    text
}
