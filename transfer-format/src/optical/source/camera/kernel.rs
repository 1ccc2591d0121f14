//! The calls of V4L2 that a camera needs, and nothing else.
//!
//! This is the one module of the workspace with unsafe code: the kernel's interface is `ioctl` with
//! structures and memory that is shared with the driver. Every structure is made of whole numbers
//! only, so that any answer of the kernel is a value of it; its size is checked against the
//! kernel's when this is compiled. Shared memory is read only while the buffer is ours, and copied
//! or decoded before it is handed back.
//!
//! Numbers and structures: `include/uapi/linux/videodev2.h`, on machines of 64 bits.

#![expect(
    unsafe_code,
    reason = "no crate for this interface is both maintained and free of generated C bindings"
)]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::ptr::{self, NonNull};
use std::slice;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, Updater, ioctl, opcode};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use super::device::{Identity, Layout, Mode, PixelFormat, VideoDevice};
use super::error::CameraError;
use crate::printable::printable;

/// Images that the driver may fill while one is looked at.
const BUFFERS: u32 = 4;
/// `V4L2_BUF_TYPE_VIDEO_CAPTURE`
const CAPTURE: u32 = 1;
/// `V4L2_MEMORY_MMAP`
const MAPPED: u32 = 1;
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

/// `struct v4l2_capability`
#[repr(C)]
#[derive(Default)]
struct Capability {
    driver: [u8; 16],
    card: [u8; 32],
    bus: [u8; 32],
    version: u32,
    capabilities: u32,
    device_capabilities: u32,
    reserved: [u32; 3],
}

/// `struct v4l2_fmtdesc`
#[repr(C)]
#[derive(Default)]
struct FormatEntry {
    index: u32,
    kind: u32,
    flags: u32,
    description: [u8; 32],
    format: [u8; 4],
    reserved: [u32; 4],
}

/// `struct v4l2_frmsizeenum`; the first two numbers of the body are width and height.
#[repr(C)]
#[derive(Default)]
struct SizeEntry {
    index: u32,
    format: [u8; 4],
    kind: u32,
    body: [u32; 6],
    reserved: [u32; 2],
}

/// `struct v4l2_frmivalenum`; the first two numbers of the body are a fraction of a second.
#[repr(C)]
#[derive(Default)]
struct IntervalEntry {
    index: u32,
    format: [u8; 4],
    width: u32,
    height: u32,
    kind: u32,
    body: [u32; 6],
    reserved: [u32; 2],
}

/// `struct v4l2_format` with `struct v4l2_pix_format`.
#[repr(C)]
struct Picture {
    kind: u32,
    padding: u32,
    width: u32,
    height: u32,
    format: [u8; 4],
    field: u32,
    stride: u32,
    rest: [u32; 45],
}

/// `struct v4l2_requestbuffers`
#[repr(C)]
#[derive(Default)]
struct BufferRequest {
    count: u32,
    kind: u32,
    memory: u32,
    capabilities: u32,
    flags: u32,
}

/// `struct v4l2_buffer`
#[repr(C)]
#[derive(Default)]
struct Buffer {
    index: u32,
    kind: u32,
    bytes_used: u32,
    flags: u32,
    field: u32,
    padding: u32,
    timestamp: [u64; 2],
    timecode: [u32; 4],
    sequence: u32,
    memory: u32,
    offset: u32,
    offset_padding: u32,
    length: u32,
    reserved: [u32; 3],
}

const _: () = assert!(size_of::<Capability>() == 104 && size_of::<FormatEntry>() == 64);
const _: () = assert!(size_of::<SizeEntry>() == 44 && size_of::<IntervalEntry>() == 52);
const _: () = assert!(size_of::<Picture>() == 208 && size_of::<BufferRequest>() == 20);
const _: () = assert!(size_of::<Buffer>() == 88);

const QUERY_CAPABILITY: Opcode = opcode::read::<Capability>(b'V', 0);
const LIST_FORMATS: Opcode = opcode::read_write::<FormatEntry>(b'V', 2);
const SET_FORMAT: Opcode = opcode::read_write::<Picture>(b'V', 5);
const REQUEST_BUFFERS: Opcode = opcode::read_write::<BufferRequest>(b'V', 8);
const QUERY_BUFFER: Opcode = opcode::read_write::<Buffer>(b'V', 9);
const QUEUE: Opcode = opcode::read_write::<Buffer>(b'V', 15);
const DEQUEUE: Opcode = opcode::read_write::<Buffer>(b'V', 17);
const STREAM_ON: Opcode = opcode::write::<u32>(b'V', 18);
const LIST_SIZES: Opcode = opcode::read_write::<SizeEntry>(b'V', 74);
const LIST_INTERVALS: Opcode = opcode::read_write::<IntervalEntry>(b'V', 75);

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

    fn call<const CODE: Opcode, T>(&self, value: &mut T) -> Result<(), Errno> {
        // SAFETY: `CODE` is one of the constants above, made from `T`'s own size, and `T` is one of
        // the structures above, which hold whole numbers only; the kernel reads and writes at most
        // that many bytes, through a reference that lives as long as the call. The pointers that
        // some of the kernel's unions have are never filled in: memory is `MAPPED` and the
        // structures start as zeros.
        unsafe { ioctl(&self.file, Updater::<CODE, T>::new(value)) }
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
            self.call::<LIST_FORMATS, _>(&mut entry).ok()?;
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
            self.call::<LIST_SIZES, _>(&mut entry).ok()?;
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
            self.call::<LIST_INTERVALS, _>(&mut entry).ok()?;
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
        self.call::<QUERY_BUFFER, _>(&mut buffer)
            .map_err(self.failed("describe its memory"))?;
        Mapping::new(&self.file, buffer.length, buffer.offset)
            .map_err(self.failed("share its memory"))
    }

    fn queue(&self, index: u32) -> Result<(), CameraError> {
        self.call::<QUEUE, _>(&mut buffer(index))
            .map_err(self.failed("take back an image"))
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
        if self.call::<QUERY_CAPABILITY, _>(&mut answer).is_err() {
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
        let mut answer = Picture {
            kind: CAPTURE,
            padding: 0,
            width: mode.width,
            height: mode.height,
            format,
            field: 0,
            stride: 0,
            rest: [0; 45],
        };
        self.call::<SET_FORMAT, _>(&mut answer)
            .map_err(|error| match error {
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
        self.call::<REQUEST_BUFFERS, _>(&mut request)
            .map_err(|error| match error {
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
        let mut kind = CAPTURE;
        self.call::<STREAM_ON, _>(&mut kind)
            .map_err(self.failed("begin to send images"))
    }

    fn next_image(
        &mut self,
        patience: Duration,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), CameraError> {
        loop {
            self.wait(patience)?;
            let mut filled = buffer(0);
            match self.call::<DEQUEUE, _>(&mut filled) {
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

/// Memory that the driver fills.
struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

impl Mapping {
    fn new(file: &File, length: u32, offset: u32) -> Result<Self, Errno> {
        let length = usize::try_from(length).map_err(|_too_large| Errno::NOMEM)?;
        // SAFETY: the address is the kernel's to choose, so that no memory of ours is replaced; the
        // mapping is only ever read, and unmapped once, when this value is dropped.
        let start = unsafe {
            mmap(
                ptr::null_mut(),
                length,
                ProtFlags::READ,
                MapFlags::SHARED,
                file,
                u64::from(offset),
            )
        }?;
        let start = NonNull::new(start.cast()).ok_or(Errno::NOMEM)?;
        Ok(Self { start, length })
    }

    /// The bytes. To be called only between taking the buffer from the driver and handing it back:
    /// in between the driver does not write to it (Linux media documentation, "Streaming I/O").
    const fn bytes(&self) -> &[u8] {
        // SAFETY: `start` and `length` are those of a mapping that lives as long as `self`, and
        // `u8` has no invalid values. The only caller holds the buffer while the slice lives.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the mapping was made in `new` with this start and length, and nothing refers to
        // it any more.
        let unmapped = unsafe { munmap(self.start.as_ptr().cast(), self.length) };
        // Addresses that stay mapped harm nobody.
        drop(unmapped);
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
