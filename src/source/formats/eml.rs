//! Mail, and web pages saved as one file (MHTML, which is a mail whose body is a page).
//!
//! `mail-parser` (Stalwart's own, released with it, no dependency but a hash macro, never panics by its own fuzzing) reads headers in every
//! encoding that gateways produce; `mailparse` leaves nested parts and broken charsets to the caller. Version 1.0 asks for a newer compiler than this crate.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};

use super::budget::{Budget, check};
use super::{ExtractError, Extracted, Format, Result, Warning, html};
use crate::text::encoding::{self, Encoding};

/// The text of a part: by its own charset, or in the encoding `forced` from its bytes.
fn text_of<'a>(
    message: &'a Message<'_>,
    part: &'a MessagePart<'_>,
    forced: Option<Encoding>,
) -> Cow<'a, str> {
    let own = part.text_contents().unwrap_or_default();
    let Some(forced) = forced else {
        return own.into();
    };
    let (from, to) = (part.offset_body as usize, part.offset_end as usize);
    let Some(raw) = message.raw_message.get(from..to) else {
        return own.into();
    };
    let bytes = match part.encoding {
        mail_parser::Encoding::None => Some(raw.to_vec()),
        mail_parser::Encoding::QuotedPrintable => quoted_printable_decode(raw),
        mail_parser::Encoding::Base64 => base64_decode(raw),
    };
    match bytes.map(|bytes| encoding::decode(&bytes, Some(forced))) {
        Some(Ok(decoded)) => decoded.text.into(),
        _ => own.into(),
    }
}

/// Attachments are not read; they are files of their own.
pub(super) fn read(bytes: &[u8], forced: Option<Encoding>, budget: &Budget) -> Result<Extracted> {
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| ExtractError::malformed(Format::Mail, "no header"))?;
    check(
        message.parts.len(),
        budget.limits.entries,
        "number of parts of the mail",
    )?;
    let subject = message
        .subject()
        .map(str::trim)
        .filter(|subject| !subject.is_empty());
    let mut extracted = Extracted::default();
    let page = message.html_bodies().find(|part| part.is_text_html());
    let has_own_text = message.text_bodies().any(mail_parser::MessagePart::is_text);
    let is_saved_page = message.content_type().is_some_and(|kind| {
        kind.subtype()
            .is_some_and(|subtype| subtype.eq_ignore_ascii_case("related"))
    });
    if let Some(page) = page.filter(|_| is_saved_page || !has_own_text) {
        extracted = html::from_text(&text_of(&message, page, forced), budget)?;
    } else {
        for part in message.text_bodies() {
            if part.is_text() {
                let text = text_of(&message, part, forced);
                budget.push(&mut extracted.text, &text.replace("\r\n", "\n"))?;
                budget.push(&mut extracted.text, "\n")?;
            }
        }
    }
    if let Some(encoding) = forced.filter(|encoding| *encoding != Encoding::Utf8) {
        let warning = Warning::Encoding(encoding.name().to_owned());
        extracted.warnings.push(warning);
    }
    if let Some(subject) = subject {
        let title = extracted.title.get_or_insert_with(|| subject.to_owned());
        if !extracted
            .text
            .lines()
            .take(5)
            .any(|line| line.trim() == title)
        {
            extracted.text.insert(0, '\n');
            extracted.text.insert_str(0, title);
        }
    }
    if extracted.published.is_none()
        && let Some(date) = message.date()
        && (1990..=2100).contains(&date.year)
    {
        extracted.published = Some(format!(
            "{:04}-{:02}-{:02}",
            date.year, date.month, date.day
        ));
    }
    if extracted.publisher.is_none() && !is_saved_page {
        extracted.publisher = message
            .from()
            .and_then(|from| from.first())
            .and_then(|from| from.name().or(from.address()))
            .map(str::to_owned);
    }
    Ok(extracted)
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, detect, extract};
    use super::*;

    #[test]
    fn subject_date_sender_and_text() {
        let mail = "From: =?UTF-8?B?VsSDbiBwaMOybmc=?= <vp@example.vn>\r\nSubject: =?UTF-8?Q?K=E1=BA=BFt_qu=E1=BA=A3?=\r\n\
            Date: Wed, 15 Jul 2020 08:30:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nThu ng=C3=A2n s=C3=A1ch t=C4=83ng.\r\n";
        assert_eq!(detect(mail.as_bytes(), "x"), Format::Mail);
        let read = extract(mail.as_bytes(), Format::Mail, &Limits::default()).unwrap();
        assert_eq!(read.title.as_deref(), Some("Kết quả"));
        assert_eq!(read.published.as_deref(), Some("2020-07-15"));
        assert_eq!(read.publisher.as_deref(), Some("Văn phòng"));
        assert_eq!(read.text.trim_end(), "Kết quả\nThu ngân sách tăng.");
    }

    #[test]
    fn a_saved_page_is_read_as_a_page() {
        let mail = "From: <Saved by Browser>\r\nSubject: Trang\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n\
            --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><script>x()</script><p>Kim ngạch xuất khẩu của tỉnh đạt kết quả khá trong quý.</p></html>\r\n--b--\r\n";
        let read = extract(mail.as_bytes(), Format::Mail, &Limits::default()).unwrap();
        assert!(read.text.contains("Kim ngạch xuất khẩu"), "{}", read.text);
        assert!(!read.text.contains("x()"));
    }

    #[test]
    fn nested_parts_end() {
        let mut mail = String::from("From: a\nSubject: b\nMIME-Version: 1.0\n");
        for i in 0..20_000 {
            mail.push_str(&format!(
                "Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"
            ));
        }
        let _ = extract(mail.as_bytes(), Format::Mail, &Limits::default());
        let messages = "Content-Type: message/rfc822\n\n".repeat(20_000);
        let _ = extract(
            format!("From: a\nTo: b\nDate: x\n{messages}").as_bytes(),
            Format::Mail,
            &Limits::default(),
        );
    }
}
