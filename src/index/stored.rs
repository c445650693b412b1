//! The stored fields of a report, where they lie in the store's block.
//!
//! tantivy reads a document into values of its own, a byte of a bytes field at a time: of a report that took longer than to decompress it.
//! Its format is three lines: how many values; of each the field (four bytes), the type, the length, the bytes.

use tantivy::schema::Field;

use super::schema::Fields;

/// Types of values in the store.
const TEXT: u8 = 0;
const BYTES: u8 = 4;

/// What is stored of a report.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored<'a> {
    pub data: &'a str,
    pub found: &'a [u8],
    pub text: &'a str,
}

impl<'a> Stored<'a> {
    /// `None` for bytes that are no report.
    pub fn read(mut bytes: &'a [u8], fields: &Fields) -> Option<Self> {
        let (mut data, mut text) = (None, None);
        let mut found: &[u8] = &[];
        for _ in 0..number(&mut bytes)? {
            let (field, rest) = bytes.split_first_chunk()?;
            let field = Field::from_field_id(u32::from_le_bytes(*field));
            let (kind, rest) = rest.split_first()?;
            bytes = rest;
            let length = number(&mut bytes)?;
            let (value, rest) = bytes.split_at_checked(length)?;
            bytes = rest;
            match *kind {
                TEXT if field == fields.data => data = Some(std::str::from_utf8(value).ok()?),
                TEXT if field == fields.text => text = Some(std::str::from_utf8(value).ok()?),
                BYTES if field == fields.found => found = value,
                _ => return None,
            }
        }
        Some(Self {
            data: data?,
            found,
            text: text?,
        })
    }
}

/// A number of seven bits a byte, low end first; the last byte has its high bit set.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0usize;
    for shift in (0..usize::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 != 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use tantivy::{Index, IndexWriter, TantivyDocument};

    use super::*;
    use crate::index::schema;
    use crate::index::terms::{TERMS, TermsTokenizer};

    #[test]
    fn what_tantivy_writes_is_read_back() {
        let (schema, fields) = schema::build();
        let index = Index::create_in_ram(schema);
        index
            .tokenizers()
            .register(TERMS, TermsTokenizer::default());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        let long = "Thu ngân sách đạt khá. ".repeat(3_000);
        let written = [("{}", &b""[..], ""), ("{\"a\":1}", &[0, 128, 255], &long)];
        for (data, found, text) in written {
            let mut document = TantivyDocument::default();
            document.add_text(fields.data, data);
            document.add_bytes(fields.found, found);
            document.add_text(fields.text, text);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let store = searcher.segment_reader(0).get_store_reader(1).unwrap();
        for ((data, found, text), doc) in written.into_iter().zip(0..) {
            let bytes = store.get_document_bytes(doc).unwrap();
            let wanted = Stored { data, found, text };
            assert_eq!(Stored::read(&bytes, &fields), Some(wanted));
            let cut = bytes.len().min(60);
            for end in 0..cut {
                assert_eq!(Stored::read(&bytes[..end], &fields), None, "{end}");
            }
        }
    }
}
