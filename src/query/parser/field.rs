//! Fields of filters written into a query: `tỉnh:`, `period:`.

use super::plain;
use crate::query::ast::FilterField;

/// Names of fields, without marks.
const FIELDS: [(&str, FilterField); 24] = [
    ("province", FilterField::Province),
    ("tinh", FilterField::Province),
    ("tinh_thanh", FilterField::Province),
    ("dia_phuong", FilterField::Province),
    ("place", FilterField::Province),
    ("period", FilterField::Period),
    ("ky", FilterField::Period),
    ("ki", FilterField::Period),
    ("thoi_ky", FilterField::Period),
    ("nam", FilterField::Period),
    ("year", FilterField::Period),
    ("metric", FilterField::Metric),
    ("chi_tieu", FilterField::Metric),
    ("chitieu", FilterField::Metric),
    ("zone", FilterField::Zone),
    ("khu", FilterField::Zone),
    ("kkt", FilterField::Zone),
    ("kcn", FilterField::Zone),
    ("kind", FilterField::Kind),
    ("loai", FilterField::Kind),
    ("publisher", FilterField::Publisher),
    ("nguon", FilterField::Publisher),
    ("basis", FilterField::Basis),
    ("co_so", FilterField::Basis),
];

/// What stands before the first colon, where it may be a field: a time or an address is none.
fn before_colon(raw: &str) -> Option<(String, usize)> {
    let len = raw.find(':')?;
    (!raw[len + 1..].starts_with("//")).then(|| (plain(&raw[..len]).replace('-', "_"), len))
}

/// The field that a word opens, and the length of its name.
pub(super) fn field_name(raw: &str) -> Option<(FilterField, usize)> {
    let (name, len) = before_colon(raw)?;
    let known = FIELDS.iter().find(|(known, _)| *known == name);
    known.map(|(_, field)| (*field, len))
}

/// A field that is none, with the one that was probably meant: `provice:hanoi`.
pub(super) fn field_meant(raw: &str) -> Option<(&str, &'static str)> {
    let (name, len) = before_colon(raw)?;
    let names = FIELDS.iter().map(|(known, _)| *known);
    let near = names.map(|known| (strsim::osa_distance(known, &name), known));
    let (edits, known) = near.min()?;
    (name.len() > 4 && (1..=2).contains(&edits)).then_some((&raw[..len], known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_nearly_one_is_named() {
        assert_eq!(
            field_name("tỉnh:hanoi"),
            Some((FilterField::Province, "tỉnh".len()))
        );
        assert_eq!(field_meant("provice:hanoi"), Some(("provice", "province")));
        for text in ["http://a", "10:30", "nai:", "Lưu ý: thu", "province:x"] {
            assert_eq!(field_meant(text), None, "{text}");
        }
    }
}
