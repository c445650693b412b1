//! Memory of this process that is its own, that is, backed by no file: mapped pages of an index are the system's to take back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is ours now, in MiB; where the kernel tells.
pub fn private_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
    let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

/// Watches for the most that it comes to. The kernel keeps a peak of all resident pages alone, mapped ones included.
pub struct Peak {
    done: Arc<AtomicBool>,
    watch: JoinHandle<f64>,
}

impl Peak {
    /// Looks a hundred times a second.
    pub fn watch() -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let stop = done.clone();
        let watch = std::thread::spawn(move || {
            let mut most = private_mib();
            while !stop.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(10));
                most = most.max(private_mib());
            }
            most
        });
        Self { done, watch }
    }

    /// The most so far, in MiB.
    pub fn end(self) -> f64 {
        self.done.store(true, Ordering::Relaxed);
        self.watch.join().unwrap_or(f64::NAN)
    }
}
