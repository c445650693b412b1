//! Records: one JSON object a line, or one row of a CSV file.

use serde::Deserialize;
use serde_json::Value;

use super::formats::Record as Row;
use super::{GivenData, RawReport};
use crate::text::encoding::{decode, unwrap_utf8};
use crate::text::normal::nfc;

/// One record, as written.
#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default, alias = "text", alias = "content")]
    body: Option<String>,
    #[serde(default, alias = "provinces")]
    province: Value,
    #[serde(default)]
    period: Option<String>,
    #[serde(default, alias = "date")]
    published: Option<String>,
    #[serde(default)]
    publisher: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

impl Record {
    /// Reads one line.
    ///
    /// # Errors
    /// Why the line is no record.
    pub fn parse(line: &str) -> Result<Self, String> {
        let record: Self =
            serde_json::from_str(line).map_err(|error| format!("no JSON record: {error}"))?;
        if record.body.as_deref().unwrap_or_default().trim().is_empty() {
            return Err("no text in 'body'".to_owned());
        }
        Ok(record)
    }

    /// The record in a row of a CSV file.
    pub fn from_row(row: Row) -> Self {
        Self {
            id: row.id.map_or(Value::Null, Value::String),
            title: row.title,
            body: Some(row.text),
            province: row.province.map_or(Value::Null, Value::String),
            period: row.period,
            published: row.published,
            publisher: row.publisher,
            url: row.url,
        }
    }

    /// The given id; numbers as they print.
    pub fn id(&self) -> Option<String> {
        match &self.id {
            Value::String(id) if !id.trim().is_empty() => Some(id.trim().to_owned()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    /// The report in it.
    pub fn into_report(self) -> RawReport {
        let mut given = GivenData::default();
        let mut warnings = Vec::new();
        let mut set = |name: &str, value: &str| {
            if let Err(detail) = given.set(name, value) {
                warnings.push(detail);
            }
        };
        for (name, value) in [
            ("title", &self.title),
            ("period", &self.period),
            ("published", &self.published),
            ("publisher", &self.publisher),
            ("url", &self.url),
        ] {
            set(name, value.as_deref().unwrap_or_default());
        }
        match &self.province {
            Value::String(province) => set("province", province),
            Value::Array(list) => {
                for province in list.iter().filter_map(Value::as_str) {
                    set("province", province);
                }
            }
            _ => {}
        }
        let body = self.body.unwrap_or_default();
        // JSON is UTF-8, but what it holds may be legacy text taken for Latin-1 on its way there.
        let (body, encoding) = match unwrap_utf8(&body) {
            Some(decoded) => (decoded.text, Some(decoded.encoding)),
            None => (body, None),
        };
        if let Some(encoding) = encoding
            && let Some(title) = &mut given.title
            && let Ok(decoded) = decode(title.as_bytes(), Some(encoding))
        {
            *title = nfc(decoded.text);
        }
        let mut report = super::read::finish(nfc(body), GivenData::default(), given);
        report.encoding = encoding.map(|encoding| encoding.name().to_owned());
        report.warnings = warnings;
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_give_their_fields_and_bad_lines_their_reason() {
        let record = Record::parse(
            r#"{"id": 7, "title": "T", "body": "Thân bài", "province": ["ha-nam", "Hải Phòng"], "extra": {}}"#,
        )
        .unwrap();
        assert_eq!(record.id().as_deref(), Some("7"));
        let report = record.into_report();
        assert_eq!(
            (report.title.as_str(), report.text.as_str()),
            ("T", "Thân bài")
        );
        assert_eq!(report.given.provinces, ["ha-nam", "hai-phong"]);
        for bad in [
            "",
            "{",
            "[]",
            "3",
            r#"{"id":"a"}"#,
            r#"{"body":"  "}"#,
            r#"{"body":"\ud800"}"#,
        ] {
            assert!(Record::parse(bad).is_err(), "{bad}");
        }
        let deep = format!(
            r#"{{"body":"x","id":{}1{}}}"#,
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        assert!(Record::parse(&deep).is_err());
    }
}
