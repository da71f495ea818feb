//! What responders say of single cards: who may say it, how it is read, how long it counts, and OpenSSL's word on it.

mod differential;
mod forge;
mod judged;
mod sandbox;
