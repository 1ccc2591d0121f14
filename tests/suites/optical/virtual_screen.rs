//! A screen that only exists in memory (Xvfb), what is filmed from it (ffmpeg), and keys pressed in
//! front of it. Nothing here knows what is shown.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, EventMask, KEY_PRESS_EVENT, KeyPressEvent};
use x11rb::rust_connection::RustConnection;

/// A running Xvfb; dropped, it ends.
pub struct VirtualScreen {
    server: Child,
    _numbers: BufReader<ChildStdout>,
    display: String,
    size: String,
}

/// A running ffmpeg that films a screen into a pipe; dropped, it ends.
pub struct Film {
    recorder: Child,
    pipe: PathBuf,
}

impl VirtualScreen {
    /// Starts a screen of so many pixels and waits until it is there.
    pub fn start(width: u16, height: u16) -> Self {
        let mut server = command("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{width}x{height}x24"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("Xvfb is installed; see .ci/requirements");
        let mut numbers = BufReader::new(server.stdout.take().unwrap());
        let mut number = String::new();
        numbers.read_line(&mut number).unwrap();
        assert!(!number.is_empty(), "Xvfb has started");
        Self {
            server,
            _numbers: numbers,
            display: format!(":{}", number.trim()),
            size: format!("{width}x{height}"),
        }
    }

    /// Its name for `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Films it, 30 images a second, into a new named pipe in `folder`.
    pub fn film(&self, folder: &Path) -> Film {
        let pipe = folder.join("film.y4m");
        let made = command("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success(), "a named pipe was made");
        let recorder = command("ffmpeg")
            .args(["-nostdin", "-loglevel", "error", "-y"])
            .args(["-f", "x11grab", "-framerate", "30", "-draw_mouse", "1"])
            .args(["-video_size", &self.size, "-i", &self.display])
            .args(["-fps_mode", "passthrough", "-pix_fmt", "gray"])
            .args(["-strict", "-1", "-f", "yuv4mpegpipe"])
            .arg(&pipe)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ffmpeg is installed; see .ci/requirements");
        Film { recorder, pipe }
    }

    /// Presses a key in the one window that is open.
    pub fn press(&self, character: char) {
        let (connection, number) = RustConnection::connect(Some(&self.display)).unwrap();
        let root = connection.setup().roots[number].root;
        let windows = connection
            .query_tree(root)
            .unwrap()
            .reply()
            .unwrap()
            .children;
        let [window] = windows[..] else {
            panic!("{} windows are open", windows.len());
        };
        let press = KeyPressEvent {
            response_type: KEY_PRESS_EVENT,
            detail: key_of(&connection, character),
            root,
            event: window,
            same_screen: true,
            ..KeyPressEvent::default()
        };
        connection
            .send_event(false, window, EventMask::KEY_PRESS, press)
            .unwrap()
            .check()
            .unwrap();
    }
}

impl Drop for VirtualScreen {
    fn drop(&mut self) {
        end(&mut self.server);
    }
}

impl Film {
    /// The pipe, as a way in.
    pub fn way(&self) -> String {
        format!("y4m:{}", self.pipe.display())
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        end(&mut self.recorder);
    }
}

/// Ends a program that was started here and waits until it is gone.
pub fn end(program: &mut Child) {
    // One that has ended already cannot be killed.
    drop(program.kill());
    program.wait().unwrap();
}

fn command(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env_remove("DISPLAY").stdin(Stdio::null());
    command
}

fn key_of(connection: &RustConnection, character: char) -> u8 {
    let setup = connection.setup();
    let (first, last) = (setup.min_keycode, setup.max_keycode);
    let table = connection.get_keyboard_mapping(first, last - first + 1);
    let table = table.unwrap().reply().unwrap();
    let keys = table.keysyms.chunks(table.keysyms_per_keycode.into());
    let (key, _) = (first..=last)
        .zip(keys)
        .find(|(_, symbols)| symbols[0] == u32::from(character))
        .expect("the keyboard has the key");
    key
}
