//! The optical channel with the real programs: what crosses it, and what must not harm anything.
//! It knows the programs by their files and command lines only.

mod camera_test;
mod film;
mod hostile;
mod measured;
mod process;
mod reader;
mod screen_loop;
mod sources;
mod virtual_screen;
