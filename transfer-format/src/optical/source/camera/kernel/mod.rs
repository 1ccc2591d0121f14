//! A camera as the kernel shows it: a device file that answers V4L2's calls.
//! Knows nothing of images but their bytes; the calls themselves are in [`calls`].

mod calls;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;

use self::calls::{
    Buffer, BufferRequest, CAPTURE, Capability, FormatEntry, IntervalEntry, MAPPED, Mapping,
    Picture, SizeEntry,
};
use super::device::{Identity, Layout, Mode, PixelFormat, VideoDevice};
use super::error::CameraError;
use crate::printable::printable;

/// Images that the driver may fill while one is looked at.
const BUFFERS: u32 = 4;
/// `V4L2_CAP_VIDEO_CAPTURE` and `V4L2_CAP_STREAMING`
const CAPTURES_AND_STREAMS: u32 = 0x0400_0001;
/// `V4L2_CAP_DEVICE_CAPS`
const HAS_DEVICE_CAPABILITIES: u32 = 0x8000_0000;
/// `V4L2_BUF_FLAG_ERROR`
const DAMAGED: u32 = 0x40;
/// `V4L2_FRMSIZE_TYPE_DISCRETE` and `V4L2_FRMIVAL_TYPE_DISCRETE`
const DISCRETE: u32 = 1;
/// Entries looked at in any list of the driver's.
const MAX_ENTRIES: u32 = 64;
/// Sizes tried of a camera that has no list of them.
const USUAL_SIZES: [(u32, u32); 3] = [(1280, 720), (1920, 1080), (640, 480)];

/// A device file of the kernel's.
pub(super) struct KernelDevice {
    path: PathBuf,
    file: File,
    buffers: Vec<Mapping>,
}

/// The machine's devices, by number, as far as they can be opened.
pub(super) fn candidates()
-> Result<impl Iterator<Item = Result<KernelDevice, CameraError>>, CameraError> {
    let mut numbers: Vec<u32> = fs::read_dir("/dev")
        .map_err(|_unreadable| CameraError::Absent)?
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            name.to_str()?.strip_prefix("video")?.parse().ok()
        })
        .collect();
    numbers.sort_unstable();
    Ok(numbers
        .into_iter()
        .map(|number| KernelDevice::open(Path::new(&format!("/dev/video{number}")))))
}

impl KernelDevice {
    pub(super) fn open(path: &Path) -> Result<Self, CameraError> {
        let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
        let path = path.to_path_buf();
        match OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(flags)
            .open(&path)
        {
            Ok(file) => Ok(Self {
                path,
                file,
                buffers: Vec::new(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(CameraError::Unknown { path })
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(CameraError::Permission { path })
            }
            Err(error) => Err(device_error(path, "be opened", &error)),
        }
    }

    fn failed(&self, action: &'static str) -> impl Fn(Errno) -> CameraError + '_ {
        move |error| device_error(self.path.clone(), action, &error.into())
    }

    fn formats(&self) -> Vec<[u8; 4]> {
        let entries = (0..MAX_ENTRIES).map_while(|index| {
            let mut entry = FormatEntry {
                index,
                kind: CAPTURE,
                ..FormatEntry::default()
            };
            calls::list_formats(&self.file, &mut entry).ok()?;
            Some(entry.format)
        });
        entries.collect()
    }

    fn sizes(&self, format: [u8; 4]) -> Vec<(u32, u32)> {
        let entries = (0..MAX_ENTRIES).map_while(|index| {
            let mut entry = SizeEntry {
                index,
                format,
                ..SizeEntry::default()
            };
            calls::list_sizes(&self.file, &mut entry).ok()?;
            let [width, height, ..] = entry.body;
            (entry.kind == DISCRETE).then_some((width, height))
        });
        let sizes: Vec<_> = entries.collect();
        if sizes.is_empty() {
            return USUAL_SIZES.to_vec();
        }
        sizes
    }

    /// The shortest time between two images, in microseconds; 0 if the driver does not say.
    fn interval(&self, format: [u8; 4], (width, height): (u32, u32)) -> u32 {
        let entries = (0..MAX_ENTRIES).map_while(|index| {
            let mut entry = IntervalEntry {
                index,
                format,
                width,
                height,
                ..IntervalEntry::default()
            };
            calls::list_intervals(&self.file, &mut entry).ok()?;
            let [numerator, denominator, ..] = entry.body;
            let microseconds = u64::from(numerator).checked_mul(1_000_000)?;
            let microseconds = microseconds.checked_div(u64::from(denominator))?;
            u32::try_from(microseconds)
                .ok()
                .filter(|_| entry.kind == DISCRETE)
        });
        entries.min().unwrap_or(0)
    }

    fn map_buffer(&self, index: u32) -> Result<Mapping, CameraError> {
        let mut buffer = buffer(index);
        calls::query_buffer(&self.file, &mut buffer).map_err(self.failed("describe its memory"))?;
        Mapping::new(&self.file, buffer.length, buffer.offset)
            .map_err(self.failed("share its memory"))
    }

    fn queue(&self, index: u32) -> Result<(), CameraError> {
        calls::queue(&self.file, &mut buffer(index)).map_err(self.failed("take back an image"))
    }

    fn wait(&self, patience: Duration) -> Result<(), CameraError> {
        let begun = Instant::now();
        loop {
            let left = patience.saturating_sub(begun.elapsed());
            let left = Timespec::try_from(left).unwrap_or(Timespec {
                tv_sec: 1,
                tv_nsec: 0,
            });
            let mut waiting = [PollFd::new(&self.file, PollFlags::IN)];
            match poll(&mut waiting, Some(&left)) {
                Ok(0) => {
                    return Err(CameraError::Silent {
                        path: self.path.clone(),
                    });
                }
                Err(Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(self.failed("be waited for")(error)),
            }
        }
    }
}

impl VideoDevice for KernelDevice {
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn identity(&mut self) -> Result<Identity, CameraError> {
        let mut answer = Capability::default();
        if calls::query_capability(&self.file, &mut answer).is_err() {
            let path = self.path.clone();
            return Err(CameraError::NoCamera { path });
        }
        let capabilities = if answer.capabilities & HAS_DEVICE_CAPABILITIES == 0 {
            answer.capabilities
        } else {
            answer.device_capabilities
        };
        let name = answer.driver.split(|byte| *byte == 0).next();
        Ok(Identity {
            driver: printable(&String::from_utf8_lossy(name.unwrap_or_default())),
            captures: capabilities & CAPTURES_AND_STREAMS == CAPTURES_AND_STREAMS,
        })
    }

    fn modes(&mut self) -> Result<Vec<Mode>, CameraError> {
        let mut modes = Vec::new();
        for format in self.formats() {
            for (width, height) in self.sizes(format) {
                modes.push(Mode {
                    format: PixelFormat(format),
                    width,
                    height,
                    interval: self.interval(format, (width, height)),
                });
            }
        }
        Ok(modes)
    }

    fn set_up(&mut self, mode: Mode) -> Result<Layout, CameraError> {
        let PixelFormat(format) = mode.format;
        let mut answer = Picture::asked(mode.width, mode.height, format);
        calls::set_format(&self.file, &mut answer).map_err(|error| match error {
            Errno::BUSY => CameraError::Busy {
                path: self.path.clone(),
            },
            error => self.failed("be set up")(error),
        })?;
        Ok(Layout {
            format: PixelFormat(answer.format),
            width: answer.width,
            height: answer.height,
            stride: answer.stride,
        })
    }

    fn start(&mut self) -> Result<(), CameraError> {
        let mut request = BufferRequest {
            count: BUFFERS,
            kind: CAPTURE,
            memory: MAPPED,
            ..BufferRequest::default()
        };
        calls::request_buffers(&self.file, &mut request).map_err(|error| match error {
            Errno::BUSY => CameraError::Busy {
                path: self.path.clone(),
            },
            error => self.failed("set memory aside")(error),
        })?;
        for index in 0..request.count.min(MAX_ENTRIES) {
            let mapping = self.map_buffer(index)?;
            self.buffers.push(mapping);
            self.queue(index)?;
        }
        calls::stream_on(&self.file).map_err(self.failed("begin to send images"))
    }

    fn next_image(
        &mut self,
        patience: Duration,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CameraError> {
        loop {
            self.wait(patience)?;
            let mut filled = buffer(0);
            match calls::dequeue(&self.file, &mut filled) {
                Ok(()) => {}
                Err(Errno::AGAIN | Errno::INTR) => continue,
                Err(error) => return Err(self.failed("hand over an image")(error)),
            }
            let position = usize::try_from(filled.index).ok();
            let mapping = position.and_then(|position| self.buffers.get(position));
            if let Some(mapping) = mapping
                && filled.flags & DAMAGED == 0
            {
                let used = usize::try_from(filled.bytes_used).unwrap_or(usize::MAX);
                let bytes = mapping.bytes();
                take(bytes.get(..used).unwrap_or(bytes));
            } else {
                take(&[]);
            }
            return self.queue(filled.index);
        }
    }
}

fn buffer(index: u32) -> Buffer {
    Buffer {
        index,
        kind: CAPTURE,
        memory: MAPPED,
        ..Buffer::default()
    }
}

fn device_error(path: PathBuf, action: &'static str, error: &io::Error) -> CameraError {
    if error.kind() == io::ErrorKind::ResourceBusy {
        return CameraError::Busy { path };
    }
    CameraError::Device {
        path,
        action,
        kind: error.kind(),
    }
}
