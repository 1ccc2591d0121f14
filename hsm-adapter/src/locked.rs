//! Memory that stays in RAM and is wiped. A seed lies here while it is used; what the module hands out on
//! the way is wiped as well, but is ordinary memory until then.
//! It knows nothing of seeds.

use std::ptr;

use region::LockGuard;
use zeroize::Zeroize;

/// Bytes on a page of their own, locked against being swapped out (`mlock`), and wiped before the
/// page is unlocked and given back.
///
/// It has no `Debug`, `Clone` or `Display`.
pub(crate) struct Locked {
    // Dropped first: the page must still be there when it is unlocked.
    _lock: LockGuard,
    page: Box<Page>,
}

/// As large as the smallest page of any machine this runs on, and aligned like one, so that
/// nothing else lies on it: locks do not nest, and another's end would end ours.
#[repr(align(4096))]
struct Page([u8; 4096]);

impl Locked {
    /// How many bytes are kept.
    pub(crate) const LENGTH: usize = 32;

    /// Copies the bytes; wiping the source is its owner's.
    ///
    /// # Errors
    ///
    /// [`NotLocked`] if the system does not lock the page: nothing was copied then.
    pub(crate) fn new(bytes: &[u8; Self::LENGTH]) -> Result<Self, NotLocked> {
        let mut page = Box::new(Page([0; 4096]));
        let lock = region::lock(ptr::from_ref(page.as_ref()), size_of::<Page>())
            .map_err(|_no_detail| NotLocked)?;
        for (to, from) in page.0.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(Self { _lock: lock, page })
    }

    /// The bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        let (bytes, _rest) = self.page.0.split_at(Self::LENGTH);
        bytes
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.page.0.zeroize();
    }
}

/// The system would not keep a page in RAM (`RLIMIT_MEMLOCK`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotLocked;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// `VmLck` of this process, in kB.
    fn locked_kilobytes() -> u64 {
        let status = fs::read_to_string("/proc/thread-self/status").unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmLck:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    #[test]
    fn a_page_is_locked_while_it_holds_bytes_and_not_longer_mem_03() {
        let before = locked_kilobytes();
        let locked = Locked::new(&[0xa5; 32]).unwrap();
        assert_eq!(locked.as_bytes(), &[0xa5; 32]);
        assert!(locked_kilobytes() > before);
        drop(locked);
        assert_eq!(locked_kilobytes(), before);
    }
}
