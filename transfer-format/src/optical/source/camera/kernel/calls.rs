//! The calls of V4L2 that a camera needs: structures, numbers, and the memory shared with a driver.
//!
//! Knows nothing of what they are used for. This is the one module of the workspace with unsafe
//! code: the kernel's interface is `ioctl` with structures, and memory that the driver fills. Every
//! structure is made of whole numbers only, so that any answer of the kernel is a value of it; its
//! size is checked against the kernel's when this is compiled. Shared memory is read only while the
//! buffer is ours, and copied or decoded before it is handed back.
//!
//! Numbers and structures: `include/uapi/linux/videodev2.h`, on machines of 64 bits.

#![expect(
    unsafe_code,
    reason = "no crate for this interface is both maintained and free of generated C bindings"
)]

use std::fs::File;
use std::ptr::{self, NonNull};
use std::slice;

use rustix::io::Errno;
use rustix::ioctl::{Opcode, Updater, ioctl, opcode};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// `V4L2_BUF_TYPE_VIDEO_CAPTURE`
pub(super) const CAPTURE: u32 = 1;
/// `V4L2_MEMORY_MMAP`
pub(super) const MAPPED: u32 = 1;

/// `struct v4l2_capability`
#[repr(C)]
#[derive(Default)]
pub(super) struct Capability {
    pub(super) driver: [u8; 16],
    pub(super) card: [u8; 32],
    pub(super) bus: [u8; 32],
    pub(super) version: u32,
    pub(super) capabilities: u32,
    pub(super) device_capabilities: u32,
    pub(super) reserved: [u32; 3],
}

/// `struct v4l2_fmtdesc`
#[repr(C)]
#[derive(Default)]
pub(super) struct FormatEntry {
    pub(super) index: u32,
    pub(super) kind: u32,
    pub(super) flags: u32,
    pub(super) description: [u8; 32],
    pub(super) format: [u8; 4],
    pub(super) reserved: [u32; 4],
}

/// `struct v4l2_frmsizeenum`; the first two numbers of the body are width and height.
#[repr(C)]
#[derive(Default)]
pub(super) struct SizeEntry {
    pub(super) index: u32,
    pub(super) format: [u8; 4],
    pub(super) kind: u32,
    pub(super) body: [u32; 6],
    pub(super) reserved: [u32; 2],
}

/// `struct v4l2_frmivalenum`; the first two numbers of the body are a fraction of a second.
#[repr(C)]
#[derive(Default)]
pub(super) struct IntervalEntry {
    pub(super) index: u32,
    pub(super) format: [u8; 4],
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) kind: u32,
    pub(super) body: [u32; 6],
    pub(super) reserved: [u32; 2],
}

/// `struct v4l2_format` with `struct v4l2_pix_format`.
#[repr(C)]
pub(super) struct Picture {
    pub(super) kind: u32,
    pub(super) padding: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) format: [u8; 4],
    pub(super) field: u32,
    pub(super) stride: u32,
    rest: [u32; 45],
}

/// `struct v4l2_requestbuffers`
#[repr(C)]
#[derive(Default)]
pub(super) struct BufferRequest {
    pub(super) count: u32,
    pub(super) kind: u32,
    pub(super) memory: u32,
    pub(super) capabilities: u32,
    pub(super) flags: u32,
}

/// `struct v4l2_buffer`
#[repr(C)]
#[derive(Default)]
pub(super) struct Buffer {
    pub(super) index: u32,
    pub(super) kind: u32,
    pub(super) bytes_used: u32,
    pub(super) flags: u32,
    pub(super) field: u32,
    pub(super) padding: u32,
    pub(super) timestamp: [u64; 2],
    pub(super) timecode: [u32; 4],
    pub(super) sequence: u32,
    pub(super) memory: u32,
    pub(super) offset: u32,
    pub(super) offset_padding: u32,
    pub(super) length: u32,
    pub(super) reserved: [u32; 3],
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

impl Picture {
    /// What is asked for: this format in this size.
    pub(super) const fn asked(width: u32, height: u32, format: [u8; 4]) -> Self {
        Self {
            kind: CAPTURE,
            padding: 0,
            width,
            height,
            format,
            field: 0,
            stride: 0,
            rest: [0; 45],
        }
    }
}

/// `VIDIOC_QUERYCAP`
pub(super) fn query_capability(device: &File, value: &mut Capability) -> Result<(), Errno> {
    call::<QUERY_CAPABILITY, _>(device, value)
}

/// `VIDIOC_ENUM_FMT`
pub(super) fn list_formats(device: &File, value: &mut FormatEntry) -> Result<(), Errno> {
    call::<LIST_FORMATS, _>(device, value)
}

/// `VIDIOC_S_FMT`
pub(super) fn set_format(device: &File, value: &mut Picture) -> Result<(), Errno> {
    call::<SET_FORMAT, _>(device, value)
}

/// `VIDIOC_REQBUFS`
pub(super) fn request_buffers(device: &File, value: &mut BufferRequest) -> Result<(), Errno> {
    call::<REQUEST_BUFFERS, _>(device, value)
}

/// `VIDIOC_QUERYBUF`
pub(super) fn query_buffer(device: &File, value: &mut Buffer) -> Result<(), Errno> {
    call::<QUERY_BUFFER, _>(device, value)
}

/// `VIDIOC_QBUF`
pub(super) fn queue(device: &File, value: &mut Buffer) -> Result<(), Errno> {
    call::<QUEUE, _>(device, value)
}

/// `VIDIOC_DQBUF`
pub(super) fn dequeue(device: &File, value: &mut Buffer) -> Result<(), Errno> {
    call::<DEQUEUE, _>(device, value)
}

/// `VIDIOC_ENUM_FRAMESIZES`
pub(super) fn list_sizes(device: &File, value: &mut SizeEntry) -> Result<(), Errno> {
    call::<LIST_SIZES, _>(device, value)
}

/// `VIDIOC_ENUM_FRAMEINTERVALS`
pub(super) fn list_intervals(device: &File, value: &mut IntervalEntry) -> Result<(), Errno> {
    call::<LIST_INTERVALS, _>(device, value)
}

/// `VIDIOC_STREAMON` for images that come in.
pub(super) fn stream_on(device: &File) -> Result<(), Errno> {
    call::<STREAM_ON, _>(device, &mut { CAPTURE })
}

fn call<const CODE: Opcode, T>(device: &File, value: &mut T) -> Result<(), Errno> {
    // SAFETY: `CODE` is one of the constants above, made from `T`'s own size, and `T` is one of the
    // structures above, which hold whole numbers only, or a number; the kernel reads and writes at
    // most that many bytes, through a reference that lives as long as the call. The pointers that
    // some of the kernel's unions have are never filled in: memory is `MAPPED`, and the structures
    // start as zeros.
    unsafe { ioctl(device, Updater::<CODE, T>::new(value)) }
}

/// Memory that the driver fills.
pub(super) struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

impl Mapping {
    pub(super) fn new(file: &File, length: u32, offset: u32) -> Result<Self, Errno> {
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
    pub(super) const fn bytes(&self) -> &[u8] {
        // SAFETY: `start` and `length` are those of a mapping that lives as long as `self`, and
        // `u8` has no invalid values. The only caller holds the buffer while the slice lives.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the mapping was made in `new` with this start and length, and nothing refers to
        // it any more.
        match unsafe { munmap(self.start.as_ptr().cast(), self.length) } {
            // Addresses that stay mapped harm nobody.
            Ok(()) | Err(_) => {}
        }
    }
}
