//! The file that a card reader pushes into `face`, as real ones do: nobody asked for it, and its elements are in no order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use env::{Env, FileError};
use exchange::oqs::codes::ReferenceClassification;
use exchange::oqs::names::face_result;
use exchange::oqs::siquc01::ResultMessage;
use exchange::oqs::{Replacement, Written};
use exchange::text::Encoding;

use crate::config::Config;
use crate::folders::{Folders, note};
use crate::wording;

/// 任意のファイル識別子 as readers make it: 16 characters of base64.
pub(super) fn token(drawn: [u8; 11]) -> String {
    URL_SAFE.encode(drawn)
}

/// Puts an answer into `face`, in the site's encoding and under a name that was never there. Gives the name, and what was
/// replaced.
pub(super) async fn put(
    env: &Env,
    config: &Config,
    folders: &Folders,
    answer: &ResultMessage,
) -> (Result<String, FileError>, Vec<Replacement>) {
    let (own, at) = (env.random::<10>(), env.now().jst());
    let name = face_result(config.code.as_str(), &own, at);
    let written = write(config, answer, &own);
    let put = async {
        if !written.replaced.is_empty() {
            let text = wording::report(&name, &written.replaced);
            let report = note(env, &folders.report, &format!("{name}.replaced.txt"), &text).await?;
            tracing::warn!(
                face = name,
                report,
                count = written.replaced.len(),
                "characters were replaced"
            );
        }
        env.files()
            .create(&folders.face.join(&name), &written.bytes)
            .await
    };
    let put = put.await;
    (put.map(|()| name), written.replaced)
}

/// The file's bytes. A reader's file has the order of its own random name, so what reads it cannot count on one.
fn write(config: &Config, answer: &ResultMessage, own: &[u8]) -> Written {
    let mut message = answer.clone();
    message.header.reference_classification = Some(ReferenceClassification::MyNumberCard);
    if !config.office_data_as_of {
        message.body.office_data_as_of = None;
    }
    let encoding: Encoding = config.encoding.into();
    let substitution = config.substitution(encoding);
    let once = |message: &ResultMessage| {
        // Under substitution there is nothing that cannot be written.
        let written = message.write_scattered(encoding, substitution, own);
        written.unwrap_or_else(|_| Written {
            bytes: Vec::new(),
            replaced: Vec::new(),
        })
    };
    let written = once(&message);
    if written.replaced.is_empty() {
        return written;
    }
    let code = &mut message.body.processing_result_code;
    code.get_or_insert_with(|| wording::REPLACED.to_owned());
    let remark = wording::replaced(written.replaced.len());
    wording::remark(&mut message.body.processing_result_message, &remark);
    once(&message)
}
