//! Packed bytes: gzip, and the members of zip files, within the limits.
//!
//! `zip` (the zip2 project: released monthly, MIT, deflate alone is switched on) and `flate2` under it (rust-lang) are what calamine
//! uses too, so that one copy of each is built. Sizes that a directory states are never believed: bytes are counted as they come out.

use super::Result;
use super::budget::Budget;

/// Below this size no ratio is asked for: short files of one repeated word pack well.
#[cfg(any(feature = "gz", feature = "docx", feature = "xlsx"))]
const RATIO_FROM: usize = 8 << 20;

/// Reads `reader` to its end, at most what the budget has left.
#[cfg(any(feature = "gz", feature = "docx", feature = "xlsx"))]
fn read_all(
    mut reader: impl std::io::Read,
    packed: usize,
    budget: &Budget,
    format: super::Format,
) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let read = match reader.read(&mut chunk) {
            Ok(0) => return Ok(bytes),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(super::ExtractError::malformed(format, error)),
        };
        budget.unpack(read)?;
        bytes.extend_from_slice(&chunk[..read]);
        if bytes.len() > RATIO_FROM {
            super::budget::check(
                bytes.len() / packed.max(1),
                budget.limits.ratio,
                "ratio of unpacked to packed size",
            )?;
        }
        budget.check_time(format)?;
    }
}

#[cfg(any(feature = "gz", feature = "docx", feature = "xlsx"))]
pub(super) fn gunzip(bytes: &[u8], budget: &Budget) -> Result<Vec<u8>> {
    let reader = flate2::bufread::MultiGzDecoder::new(bytes);
    read_all(reader, bytes.len(), budget, super::Format::Gzip)
}

#[cfg(not(any(feature = "gz", feature = "docx", feature = "xlsx")))]
pub(super) fn gunzip(_: &[u8], _: &Budget) -> Result<Vec<u8>> {
    Err(super::ExtractError::Disabled {
        format: super::Format::Gzip,
        feature: "gz",
    })
}

/// What is packed in a stream, piece by piece; `packed` is the size of the whole.
///
/// # Errors
/// A build without the feature `gz`; the reader fails where the stream is broken, and where it unpacks to more than 200
/// times its size.
#[cfg(any(feature = "gz", feature = "docx", feature = "xlsx"))]
pub(crate) fn gunzip_reader<'a>(
    reader: impl std::io::BufRead + 'a,
    packed: u64,
) -> Result<Box<dyn std::io::Read + 'a>> {
    Ok(Box::new(Unpacked {
        reader: flate2::bufread::MultiGzDecoder::new(reader),
        packed: packed.max(1),
        unpacked: 0,
    }))
}

#[cfg(not(any(feature = "gz", feature = "docx", feature = "xlsx")))]
pub(crate) fn gunzip_reader<'a>(
    _: impl std::io::BufRead + 'a,
    _: u64,
) -> Result<Box<dyn std::io::Read + 'a>> {
    Err(super::ExtractError::Disabled {
        format: super::Format::Gzip,
        feature: "gz",
    })
}

/// A stream that fails where it swells like a bomb.
#[cfg(any(feature = "gz", feature = "docx", feature = "xlsx"))]
struct Unpacked<R> {
    reader: R,
    packed: u64,
    unpacked: u64,
}

#[cfg(any(feature = "gz", feature = "docx", feature = "xlsx"))]
impl<R: std::io::Read> std::io::Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.unpacked += read as u64;
        let ratio = super::Limits::default().ratio as u64;
        if self.unpacked > RATIO_FROM as u64 && self.unpacked / self.packed > ratio {
            return Err(std::io::Error::other(format!(
                "ratio of unpacked to packed size exceeds the limit of {ratio}"
            )));
        }
        Ok(read)
    }
}

#[cfg(any(feature = "docx", feature = "xlsx"))]
pub(super) use packed::Archive;

#[cfg(any(feature = "docx", feature = "xlsx"))]
mod packed {
    use std::io::Cursor;

    use zip::ZipArchive;
    use zip::result::ZipError;

    use super::super::budget::{Budget, check};
    use super::super::detect::OLE;
    use super::super::{ExtractError, Format, Result};

    /// A zip file in memory; members are read by name.
    pub(in super::super) struct Archive<'a> {
        zip: ZipArchive<Cursor<&'a [u8]>>,
        format: Format,
    }

    impl<'a> Archive<'a> {
        pub fn open(bytes: &'a [u8], format: Format, budget: &Budget) -> Result<Self> {
            if bytes.starts_with(OLE) {
                return Err(ExtractError::Encrypted(format));
            }
            let zip = ZipArchive::new(Cursor::new(bytes))
                .map_err(|error| ExtractError::malformed(format, error))?;
            check(
                zip.len(),
                budget.limits.entries,
                "number of members of the archive",
            )?;
            Ok(Self { zip, format })
        }

        /// The bytes of a member, `None` where there is none of that name.
        pub fn read(&mut self, name: &str, budget: &Budget) -> Result<Option<Vec<u8>>> {
            match self.zip.by_name(name) {
                Ok(member) => {
                    if member.encrypted() {
                        return Err(ExtractError::Encrypted(self.format));
                    }
                    let packed = usize::try_from(member.compressed_size()).unwrap_or(usize::MAX);
                    super::read_all(member, packed, budget, self.format).map(Some)
                }
                Err(ZipError::FileNotFound) => Ok(None),
                Err(ZipError::UnsupportedArchive(why)) if why == ZipError::PASSWORD_REQUIRED => {
                    Err(ExtractError::Encrypted(self.format))
                }
                Err(error) => Err(ExtractError::malformed(self.format, error)),
            }
        }

        /// Like [`read`](Self::read), for what the file cannot be without.
        pub fn require(&mut self, name: &str, budget: &Budget) -> Result<Vec<u8>> {
            self.read(name, budget)?.ok_or_else(|| {
                ExtractError::malformed(self.format, format_args!("no '{name}' in the archive"))
            })
        }
    }
}
