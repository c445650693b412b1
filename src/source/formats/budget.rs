//! What one extraction may still use: the limits with the deadline and what is used up.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::{ExtractError, Format, Limits, Result};

/// The limits of a running extraction.
pub(super) struct Budget {
    pub limits: Limits,
    deadline: Instant,
    unpacked: AtomicUsize,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self {
            deadline: Instant::now() + limits.time,
            limits,
            unpacked: AtomicUsize::new(0),
        }
    }

    /// # Errors
    /// Once the time is over.
    pub fn check_time(&self, format: Format) -> Result<()> {
        if Instant::now() < self.deadline {
            return Ok(());
        }
        Err(ExtractError::TimedOut {
            format,
            seconds: self.limits.time.as_secs(),
        })
    }

    /// Counts `more` unpacked bytes.
    ///
    /// # Errors
    /// Where all together exceed the limit.
    #[cfg_attr(not(feature = "readers"), allow(dead_code))]
    pub fn unpack(&self, more: usize) -> Result<()> {
        let before = self.unpacked.fetch_add(more, Ordering::Relaxed);
        check(
            before.saturating_add(more),
            self.limits.unpacked,
            "unpacked size",
        )
    }

    /// Appends to a text.
    ///
    /// # Errors
    /// Where the text would exceed the limit.
    pub fn push(&self, text: &mut String, more: &str) -> Result<()> {
        check(
            text.len() + more.len(),
            self.limits.text,
            "size of the text",
        )?;
        text.push_str(more);
        Ok(())
    }

    /// A text taken over whole.
    ///
    /// # Errors
    /// Where it exceeds the limit.
    pub fn owned(&self, text: String) -> Result<String> {
        check(text.len(), self.limits.text, "size of the text")?;
        Ok(text)
    }
}

/// # Errors
/// Where `used` exceeds `limit`.
pub(super) fn check(used: usize, limit: usize, what: &'static str) -> Result<()> {
    if used <= limit {
        return Ok(());
    }
    Err(ExtractError::TooLarge { what, limit })
}
