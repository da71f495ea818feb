//! The role as the receipt computer sees it: in a simulation, and once in real folders.

mod api;
mod bad_files;
mod bulk;
mod card;
mod centre;
mod crashes;
mod handbook;
mod life;
mod rack;
mod real_world;
mod site;
