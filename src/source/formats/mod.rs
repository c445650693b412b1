//! Files of other formats than plain text, to text: web pages, PDF, Word, Excel, OpenDocument, RTF, mail, CSV, gzip.
//!
//! [`detect`] names a format by content first (magic bytes, the names inside an archive, the first tag, the header of a mail) and by the
//! file name second; [`extract`] gives the text with what the file says of itself. One reader a file in this folder, each with the reason for
//! its crate. Nothing here touches the file system, runs a script or follows a link; archives are read by member name in memory, so a name such
//! as `../../x` leads nowhere.
//!
//! # What the text looks like
//! One paragraph a line; in Word and OpenDocument a heading carries `# `, `## ` … as in Markdown. A table is one row a line, cells joined by
//! ` | `, the header first and on one line; a cell that spans columns or rows is repeated where it is a label and left empty where it is a number.
//! Numbers of spreadsheets are printed as a Vietnamese office shows them: `12064,5`, `8,52%`, never scientific.
//!
//! # Hostile files
//! Everything is bounded by [`Limits`], whose defaults are documented there. A reader runs on a thread of its own with a big stack; a panic in
//! it, ours or a third party's, becomes [`ExtractError::Crashed`], and a reader that does not come back in time [`ExtractError::TimedOut`] (our loops
//! stop by themselves at the deadline; a third party's loop would keep its thread until it ends).
//!
//! # Fidelity
//! Letters and digits of the text that come back in order, over the sample corpus saved by LibreOffice 7.4 in each format; see the
//! readers' own pages for the numbers and for what was compared.

mod archive;
mod budget;
pub(crate) mod cells;
mod charset;
mod csv_text;
mod detect;
#[cfg(feature = "mail")]
mod eml;
#[cfg(feature = "html")]
mod html;
mod legacy_font;
#[cfg(feature = "xlsx")]
mod number;
#[cfg(any(feature = "docx", feature = "xlsx"))]
mod office;
#[cfg(feature = "pdf")]
mod pdf;
mod rtf;
mod table;

use std::fmt;
use std::sync::{Arc, Once, mpsc};
use std::thread;
use std::time::Duration;

pub(crate) use archive::gunzip_reader;
use budget::Budget;
pub(crate) use csv_text::{Columns, separator};
pub use csv_text::{Record, records};
pub use detect::detect;

use crate::text::encoding::Encoding;

/// A file format, as [`detect`] names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Plain text in any encoding.
    Text,
    /// Markdown.
    Markdown,
    /// One JSON object a line.
    Ndjson,
    /// Comma, semicolon or tab separated rows; see [`records`].
    Csv,
    /// A web page.
    Html,
    /// A mail, or a web page saved as one file (`.mht`).
    Mail,
    /// PDF.
    Pdf,
    /// Rich Text Format.
    Rtf,
    /// Word since 2007.
    Docx,
    /// Excel since 2007.
    Xlsx,
    /// PowerPoint since 2007.
    Pptx,
    /// OpenDocument text.
    Odt,
    /// OpenDocument spreadsheet.
    Ods,
    /// Excel 5 to 2003.
    Xls,
    /// Word 6 to 2003.
    Doc,
    /// Gzip around any of these.
    Gzip,
    /// Something that is no text and that no reader knows.
    Unknown,
}

impl Format {
    /// The name for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::Ndjson => "NDJSON",
            Self::Csv => "CSV",
            Self::Html => "HTML",
            Self::Mail => "mail",
            Self::Pdf => "PDF",
            Self::Rtf => "RTF",
            Self::Docx => "DOCX",
            Self::Xlsx => "XLSX",
            Self::Pptx => "PPTX",
            Self::Odt => "ODT",
            Self::Ods => "ODS",
            Self::Xls => "XLS",
            Self::Doc => "DOC",
            Self::Gzip => "gzip",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the bytes are the text itself, so that a reader of plain text takes them as they are.
    #[must_use]
    pub const fn is_plain(self) -> bool {
        matches!(self, Self::Text | Self::Markdown | Self::Ndjson | Self::Csv)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Bounds of one extraction. Past any of them the file is refused with the name of the limit, never cut silently.
///
/// Memory is bounded by about `input + 2 * unpacked + 4 * text`; a file of ordinary size stays far below.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the file: 256 MiB.
    pub input: usize,
    /// Bytes of the text given back: 64 MiB.
    pub text: usize,
    /// Bytes unpacked from an archive, all members that are read together, or from one stream of a PDF: 512 MiB.
    pub unpacked: usize,
    /// Unpacked over packed size, counted past the first 8 MiB: 200. Office files reach about 60, a zip bomb 1,000.
    pub ratio: usize,
    /// Members of an archive, streams of a PDF, parts of a mail: 100,000.
    pub entries: usize,
    /// Nested elements of HTML and XML, groups of RTF, parts of a mail, forms of a PDF: 512; deeper HTML is flattened, the others refused.
    pub depth: usize,
    /// Nodes of a web page: 2,000,000.
    pub nodes: usize,
    /// Cells of a workbook, empty ones between used ones included: 4,000,000.
    pub cells: usize,
    /// Pages of a PDF: 20,000.
    pub pages: usize,
    /// Wall-clock time: 60 seconds.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input: 256 << 20,
            text: 64 << 20,
            unpacked: 512 << 20,
            ratio: 200,
            entries: 100_000,
            depth: 512,
            nodes: 2_000_000,
            cells: 4_000_000,
            pages: 20_000,
            time: Duration::from_secs(60),
        }
    }
}

/// What was read from a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extracted {
    /// The text, UTF-8, not yet NFC; lines end with `\n`.
    pub text: String,
    /// The title that the file states, or the heading above the text.
    pub title: Option<String>,
    /// Date of publication as `YYYY-MM-DD`.
    pub published: Option<String>,
    /// Who published it: the site's name, the company of a document, the sender of a mail.
    pub publisher: Option<String>,
    /// The page's own canonical address; `http` and `https` only.
    pub url: Option<String>,
    /// Where pages, rows of sheets and slides begin, in the order of their offsets; empty where a file has none.
    pub parts: Vec<Part>,
    /// What went less than well, for whoever reads the log.
    pub warnings: Vec<Warning>,
}

impl Extracted {
    /// The part that holds the byte `offset` of the text.
    #[must_use]
    pub fn part_at(&self, offset: usize) -> Option<&Part> {
        let behind = self.parts.partition_point(|part| part.offset <= offset);
        self.parts[..behind].last()
    }
}

/// A page, row of a sheet, or slide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its first byte in the text.
    pub offset: usize,
    /// What it is.
    pub label: PartLabel,
}

/// The name of a part; displayed as the fragment of a path: `page=3`, `'Biểu 1'!A5:D5`, `slide=2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartLabel {
    /// Page of a PDF, from 1.
    Page(u32),
    /// Row of a sheet; one line of the text.
    Row {
        /// Name of the sheet.
        sheet: Arc<str>,
        /// Its number, from 1.
        row: u32,
        /// Its cells in the order of the line: columns from 0, rising.
        columns: Arc<[u32]>,
    },
    /// Slide, from 1.
    Slide(u32),
}

impl PartLabel {
    /// Whether two parts stand on one page or sheet.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Row { sheet: a, .. }, Self::Row { sheet: b, .. }) => a == b,
            (a, b) => a == b,
        }
    }
}

impl fmt::Display for PartLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(page) => write!(f, "page={page}"),
            Self::Row {
                sheet,
                row,
                columns,
            } => f.write_str(&cells::range(sheet, *row, columns)),
            Self::Slide(slide) => write!(f, "slide={slide}"),
        }
    }
}

/// Something a reader noticed that did not stop it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The bytes are in this encoding, not UTF-8.
    Encoding(String),
    /// Text in this pre-Unicode font was read by the font's own table.
    LegacyFont(String),
    /// So many glyphs of a PDF have no known letter.
    UnknownGlyphs(usize),
    /// Pages without text among pages with text; their numbers, from 1.
    PagesWithoutText(Vec<u32>),
    /// A member that could not be read, and why.
    Skipped(String),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding(name) => write!(f, "read as {name}"),
            Self::LegacyFont(font) => write!(f, "text in the legacy font {font} converted"),
            Self::UnknownGlyphs(count) => write!(f, "{count} glyphs without a known letter"),
            Self::PagesWithoutText(pages) => {
                f.write_str("no text on ")?;
                for (i, page) in pages.iter().take(20).enumerate() {
                    write!(f, "{}{page}", if i == 0 { "page " } else { ", " })?;
                }
                if pages.len() > 20 {
                    write!(f, " and {} more", pages.len() - 20)?;
                }
                Ok(())
            }
            Self::Skipped(what) => write!(f, "left out: {what}"),
        }
    }
}

/// Why a file gave no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// Pictures of pages, and no letter.
    #[error(
        "no text layer in the {format} ({pages} scanned pages); run OCR over it first, for instance 'ocrmypdf -l vie'"
    )]
    NoText {
        /// What it is.
        format: Format,
        /// Its pages.
        pages: usize,
    },
    /// The file holds no text at all.
    #[error("the {0} is empty")]
    Empty(Format),
    /// Locked by a password.
    #[error("the {0} is locked by a password; save a copy without one")]
    Encrypted(Format),
    /// A format without a reader, and what to do.
    #[error("{format} is not supported; {advice}")]
    Unsupported {
        /// What it is.
        format: Format,
        /// The way out, in words.
        advice: &'static str,
    },
    /// The reader was left out of this build.
    #[error("this build reads no {format}; build it with the feature '{feature}'")]
    Disabled {
        /// What it is.
        format: Format,
        /// The cargo feature.
        feature: &'static str,
    },
    /// A limit was passed.
    #[error("{what} exceeds the limit of {limit}")]
    TooLarge {
        /// What is counted.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// The file is not what it claims to be, or is cut or broken.
    #[error("the {format} cannot be read: {detail}")]
    Malformed {
        /// What it claims to be.
        format: Format,
        /// What is wrong.
        detail: String,
    },
    /// The reader did not come to an end.
    #[error("the {format} took longer than {seconds} s to read")]
    TimedOut {
        /// What it is.
        format: Format,
        /// The limit.
        seconds: u64,
    },
    /// The reader panicked; the panic went no further.
    #[error("the reader of {format} crashed ({detail}); please report the file")]
    Crashed {
        /// What it is.
        format: Format,
        /// The panic's words.
        detail: String,
    },
}

impl ExtractError {
    pub(super) fn malformed(format: Format, detail: impl fmt::Display) -> Self {
        Self::Malformed {
            format,
            detail: detail.to_string(),
        }
    }
}

/// Result of a reader.
type Result<T, E = ExtractError> = std::result::Result<T, E>;

/// Reads the text of a file of a known format; gzip is unpacked and what is inside detected by content.
///
/// # Errors
/// Every way a file can fail to give text is a variant of [`ExtractError`]; none of them is a panic.
pub fn extract(bytes: &[u8], format: Format, limits: &Limits) -> Result<Extracted> {
    extract_as(bytes, format, limits, None)
}

/// The same; `forced` is the encoding of a web page and of the parts of a mail, whatever they say themselves.
pub(crate) fn extract_as(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
    forced: Option<Encoding>,
) -> Result<Extracted> {
    if bytes.len() > limits.input {
        return Err(ExtractError::TooLarge {
            what: "size of the file",
            limit: limits.input,
        });
    }
    let owned: Arc<[u8]> = Arc::from(bytes);
    let budget = Budget::new(limits.clone());
    let (sender, receiver) = mpsc::sync_channel(1);
    hush_contained_panics();
    let spawned = thread::Builder::new()
        .name(THREAD.to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let result = std::panic::catch_unwind(|| dispatch(&owned, format, forced, &budget));
            let _ = sender.send(result.unwrap_or_else(|panic| {
                Err(ExtractError::Crashed {
                    format,
                    detail: panic_words(&*panic),
                })
            }));
        });
    if let Err(error) = spawned {
        return Err(ExtractError::malformed(format, error));
    }
    // A second beyond the deadline lets our own loops stop by themselves and say where they were.
    match receiver.recv_timeout(limits.time + Duration::from_secs(1)) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(ExtractError::TimedOut {
            format,
            seconds: limits.time.as_secs(),
        }),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(ExtractError::Crashed {
            format,
            detail: "no answer".to_owned(),
        }),
    }
}

/// Unpacks gzip, within the limits; several members follow each other.
///
/// # Errors
/// A bomb, a broken stream, or a build without the feature `gz`.
pub fn gunzip(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>> {
    archive::gunzip(bytes, &Budget::new(limits.clone()))
}

const THREAD: &str = "baocao-reader";
/// Reserved address space, not memory: pages are touched as the stack grows.
const STACK: usize = 64 << 20;

/// A panic that is caught and reported as an error need not print itself too; all other threads keep the hook that was set.
fn hush_contained_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(THREAD) {
                before(info);
            }
        }));
    });
}

fn panic_words(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    words.map_or_else(
        || "panic".to_owned(),
        |words| words.chars().take(200).collect(),
    )
}

fn dispatch(
    bytes: &[u8],
    format: Format,
    forced: Option<Encoding>,
    budget: &Budget,
) -> Result<Extracted> {
    let extracted = match format {
        Format::Gzip => {
            let inner = archive::gunzip(bytes, budget)?;
            let format = detect(&inner, "");
            if format == Format::Gzip {
                return Err(ExtractError::Unsupported {
                    format,
                    advice: "unpack the gzip inside the gzip first",
                });
            }
            return dispatch(&inner, format, forced, budget);
        }
        Format::Csv => csv_text::read(bytes, budget)?,
        Format::Text | Format::Markdown | Format::Ndjson => {
            let (text, warnings) = charset::decode(bytes, None);
            Extracted {
                text: budget.owned(text)?,
                warnings,
                ..Extracted::default()
            }
        }
        Format::Rtf => rtf::read(bytes, budget)?,
        #[cfg(feature = "html")]
        Format::Html => html::read(bytes, forced, budget)?,
        #[cfg(feature = "mail")]
        Format::Mail => eml::read(bytes, forced, budget)?,
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::read(bytes, budget)?,
        #[cfg(feature = "docx")]
        Format::Docx => office::docx::read(bytes, budget)?,
        #[cfg(feature = "docx")]
        Format::Odt => office::odt::read(bytes, budget)?,
        #[cfg(feature = "docx")]
        Format::Pptx => office::pptx::read(bytes, budget)?,
        #[cfg(feature = "xlsx")]
        Format::Xlsx => office::xlsx::read(bytes, budget)?,
        #[cfg(feature = "xlsx")]
        Format::Ods => office::ods::read(bytes, budget)?,
        #[cfg(feature = "xlsx")]
        Format::Xls => office::xls::read(bytes, budget)?,
        Format::Doc => {
            return Err(ExtractError::Unsupported {
                format,
                advice: DOC_ADVICE,
            });
        }
        Format::Unknown => {
            return Err(ExtractError::Unsupported {
                format,
                advice: "it is no text and no format that is read here; save it as DOCX, XLSX, PDF, HTML or text",
            });
        }
        #[cfg(not(feature = "html"))]
        Format::Html => {
            return Err(ExtractError::Disabled {
                format,
                feature: "html",
            });
        }
        #[cfg(not(feature = "mail"))]
        Format::Mail => {
            return Err(ExtractError::Disabled {
                format,
                feature: "mail",
            });
        }
        #[cfg(not(feature = "pdf"))]
        Format::Pdf => {
            return Err(ExtractError::Disabled {
                format,
                feature: "pdf",
            });
        }
        #[cfg(not(feature = "docx"))]
        Format::Docx | Format::Odt | Format::Pptx => {
            return Err(ExtractError::Disabled {
                format,
                feature: "docx",
            });
        }
        #[cfg(not(feature = "xlsx"))]
        Format::Xlsx | Format::Ods | Format::Xls => {
            return Err(ExtractError::Disabled {
                format,
                feature: "xlsx",
            });
        }
    };
    if extracted.text.chars().all(char::is_whitespace) {
        return Err(ExtractError::Empty(format));
    }
    Ok(extracted)
}

/// Word 6 to 2003 keeps its text in a piece table over a stream whose pieces may be encrypted, fast-saved or in a code page that only the fonts
/// tell; no Rust crate reads it, and the C tools that do (antiword, catdoc) are unmaintained. A guess would put damaged text into an index.
const DOC_ADVICE: &str = "the old Word format has no sound reader; convert it first: 'soffice --headless --convert-to docx FILE.doc'";
