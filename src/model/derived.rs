//! What is made of a table of names or metrics, and kept as long as the table is in use.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A thing made once of the built-in table and once of each user's table in turn.
pub(crate) struct Derived<T> {
    ours: OnceLock<Arc<T>>,
    last: Mutex<Option<(u64, Arc<T>)>>,
}

impl<T> Derived<T> {
    pub const fn new() -> Self {
        Self {
            ours: OnceLock::new(),
            last: Mutex::new(None),
        }
    }

    /// That of the table with this serial; the built-in one has 0.
    pub fn of(&self, serial: u64, make: impl FnOnce() -> T) -> Arc<T> {
        if serial == 0 {
            return self.ours.get_or_init(|| Arc::new(make())).clone();
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((known, made)) if *known == serial => made.clone(),
            _ => {
                let made = Arc::new(make());
                *last = Some((serial, made.clone()));
                made
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_in_turn_has_its_own() {
        let derived = Derived::new();
        let made = |serial, value| *derived.of(serial, || value);
        assert_eq!((made(0, 'a'), made(7, 'b'), made(7, 'c')), ('a', 'b', 'b'));
        assert_eq!((made(8, 'd'), made(7, 'e'), made(0, 'f')), ('d', 'e', 'a'));
    }
}
