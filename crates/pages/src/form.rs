//! What was typed into a form (`application/x-www-form-urlencoded`).

use percent_encoding::percent_decode_str;
use zeroize::Zeroize as _;

/// The fields of a form, by name. What was typed may be a PIN: this copy of it is overwritten when it is not needed any more, and
/// never shown.
pub struct Form(Vec<(String, String)>);

/// More fields than any page has.
const MOST: usize = 64;

impl Form {
    /// Reads a body; what is no text in UTF-8 is left out.
    #[must_use]
    pub fn read(body: &[u8]) -> Form {
        let text = std::str::from_utf8(body).unwrap_or_default();
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).take(MOST);
        let fields = pairs.filter_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        });
        Form(fields.collect())
    }

    /// The first value of a field, without white space around it; empty when there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value.trim())
    }
}

impl Drop for Form {
    fn drop(&mut self) {
        for (_, value) in &mut self.0 {
            value.zeroize();
        }
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Form(…)")
    }
}

fn decode(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_by_name() {
        let form = Form::read("pin=+1234&drug=yes&name=%E8%A6%8B%E6%9C%AC+a&bad=%FF&drug=no&only".as_bytes());
        for (name, value) in [
            ("pin", "1234"),
            ("drug", "yes"),
            ("name", "見本 a"),
            ("bad", ""),
            ("only", ""),
        ] {
            assert_eq!(form.get(name), value, "{name}");
        }
        assert_eq!(format!("{form:?}"), "Form(…)");
    }
}
