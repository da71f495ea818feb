//! The role as an institution sees it, on both databases, behind a hub that has one page to tell.

mod addressed;
mod burst;
mod cards;
mod presence;
mod repeated;
mod town;
mod unheard;
