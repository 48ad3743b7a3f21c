//! A person's word to stop: Ctrl-C, or the end of the service (SIGTERM, too).
//!
//! Long work asks for it and ends in order, so that programs it started end with it and the files they worked on are
//! removed; a second Ctrl-C ends the process at once.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

static ASKED: AtomicBool = AtomicBool::new(false);
/// The same for those who wait for it.
static HEARD: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::channel(false).0);

/// Listens for Ctrl-C. The service listens for itself.
pub fn listen() {
    // A handler that is there already does the same.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
}

/// Asks all work to stop.
pub fn ask() {
    ASKED.store(true, Ordering::SeqCst);
    HEARD.send_replace(true);
}

/// Waits until somebody asks the service to stop.
pub async fn heard() {
    // The sender is never dropped.
    let _ = HEARD.subscribe().wait_for(|asked| *asked).await;
}

/// Whether somebody asked.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// Waits for so long, or until somebody asks to stop; says whether to go on.
pub fn pause(time: Duration) -> bool {
    let until = Instant::now() + time;
    while !asked() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(Duration::from_millis(200)));
    }
    false
}
