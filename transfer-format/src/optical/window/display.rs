//! The connection to the window system and the one window on it.
//! Knows nothing of codes. It connects to sockets of this machine only, whatever `DISPLAY` says.

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateGCAux, CreateWindowAux, Cursor,
    EventMask, Gcontext, PropMode, Rectangle, ScreenSaver, Window, WindowClass,
};
use x11rb::reexports::x11rb_protocol::parse_display::{ConnectAddress, parse_display};
use x11rb::reexports::x11rb_protocol::xauth::get_auth;
use x11rb::rust_connection::{DefaultStream, RustConnection};
use x11rb::wrapper::ConnectionExt as _;

use super::WindowError;
use super::bitmap::BitOrder;

/// Bytes of an image request besides the image.
const IMAGE_REQUEST_HEAD: usize = 64;

/// A connection with a window.
pub(super) struct Display {
    pub(super) connection: RustConnection,
    pub(super) window: Window,
    /// Black on white, with a font if the server has one.
    pub(super) context: Gcontext,
    /// Pixels of the screen, across and down.
    pub(super) size: (u16, u16),
    /// How the server reads bitmaps.
    pub(super) order: BitOrder,
    /// Bytes of an image in one request.
    pub(super) largest_image: usize,
    delete: u32,
}

impl Display {
    pub(super) fn open() -> Result<Self, WindowError> {
        let (connection, number) = connect()?;
        let setup = connection.setup();
        let order = BitOrder::of(setup);
        let screen = setup.roots.get(number).ok_or(WindowError::NoDisplay)?;
        let (root, depth, visual) = (screen.root, screen.root_depth, screen.root_visual);
        let (black, white) = (screen.black_pixel, screen.white_pixel);
        let size = (screen.width_in_pixels, screen.height_in_pixels);
        let window = connection.generate_id()?;
        let cursor = no_cursor(&connection, root)?;
        let events = EventMask::EXPOSURE | EventMask::KEY_PRESS | EventMask::STRUCTURE_NOTIFY;
        let attributes = CreateWindowAux::new()
            .background_pixel(white)
            .event_mask(events)
            .cursor(cursor);
        let (width, height) = size;
        let class = WindowClass::INPUT_OUTPUT;
        connection.create_window(
            depth,
            window,
            root,
            0,
            0,
            width,
            height,
            0,
            class,
            visual,
            &attributes,
        )?;
        let delete = describe(&connection, window)?;
        let context = connection.generate_id()?;
        let colors = CreateGCAux::new()
            .foreground(black)
            .background(white)
            .graphics_exposures(0);
        connection.create_gc(context, window, &colors)?;
        connection.map_window(window)?;
        connection.flush()?;
        let largest_image = connection
            .maximum_request_bytes()
            .saturating_sub(IMAGE_REQUEST_HEAD);
        Ok(Self {
            connection,
            window,
            context,
            size,
            order,
            largest_image,
            delete,
        })
    }

    pub(super) fn check() -> Result<(), WindowError> {
        connect().map(|_| ())
    }

    /// Whether somebody pressed the window's own close button.
    pub(super) fn is_close_request(&self, message: &ClientMessageEvent) -> bool {
        let [first, ..] = message.data.as_data32();
        message.format == 32 && first == self.delete
    }

    /// Keeps the screen from going dark while nobody types.
    pub(super) fn stay_awake(&self) -> Result<(), WindowError> {
        self.connection.force_screen_saver(ScreenSaver::RESET)?;
        Ok(())
    }
}

/// Connects as the protocol's own library does, but never over a network.
fn connect() -> Result<(RustConnection, usize), WindowError> {
    let name = parse_display(None).ok().ok_or(WindowError::NoDisplay)?;
    let mut failed = WindowError::NotLocal;
    for address in name.connect_instruction() {
        if !matches!(address, ConnectAddress::Socket(_)) {
            continue;
        }
        match DefaultStream::connect(&address) {
            Ok((stream, (family, host))) => {
                let secret = get_auth(family, &host, name.display).ok().flatten();
                let (kind, content) = secret.unwrap_or_default();
                let number = usize::from(name.screen);
                let connection = RustConnection::connect_to_stream_with_auth_info(
                    stream, number, kind, content,
                )?;
                return Ok((connection, number));
            }
            Err(error) => {
                failed = WindowError::Refused { kind: error.kind() };
            }
        }
    }
    Err(failed)
}

/// Tells the window manager, if there is one: a name, the whole screen, and that we want to be
/// asked before the window is closed. Returns the atom of that question.
fn describe(connection: &RustConnection, window: Window) -> Result<u32, WindowError> {
    let atom = |name: &str| -> Result<u32, WindowError> {
        Ok(connection
            .intern_atom(false, name.as_bytes())?
            .reply()?
            .atom)
    };
    let replace = PropMode::REPLACE;
    let (name, text) = (u32::from(AtomEnum::WM_NAME), u32::from(AtomEnum::STRING));
    connection.change_property8(replace, window, name, text, b"Coldsign")?;
    let (state, full) = (atom("_NET_WM_STATE")?, atom("_NET_WM_STATE_FULLSCREEN")?);
    connection.change_property32(replace, window, state, AtomEnum::ATOM, &[full])?;
    let (protocols, delete) = (atom("WM_PROTOCOLS")?, atom("WM_DELETE_WINDOW")?);
    connection.change_property32(replace, window, protocols, AtomEnum::ATOM, &[delete])?;
    Ok(delete)
}

/// A pointer without a picture: it must not cover a module.
fn no_cursor(connection: &RustConnection, root: Window) -> Result<Cursor, WindowError> {
    let (nothing, context, cursor) = (
        connection.generate_id()?,
        connection.generate_id()?,
        connection.generate_id()?,
    );
    connection.create_pixmap(1, nothing, root, 1, 1)?;
    connection.create_gc(context, nothing, &CreateGCAux::new().foreground(0))?;
    let pixel = Rectangle {
        x: 0,
        y: 0,
        width: 1,
        height: 1,
    };
    connection.poly_fill_rectangle(nothing, context, &[pixel])?;
    connection.create_cursor(cursor, nothing, nothing, 0, 0, 0, 0, 0, 0, 0, 0)?;
    connection.free_gc(context)?;
    connection.free_pixmap(nothing)?;
    Ok(cursor)
}
