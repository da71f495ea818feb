//! Sockets by hand: what a client that means no good, or does not know better, can do to a listener.

mod known;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;

use crate::network::Limits;
use crate::real::RealWorld;
use crate::{Handler, Listening, Origin};

const GET: &str = "GET / HTTP/1.1\r\nhost: here\r\n\r\n";

/// Far more than anything takes here.
const LONGEST: Duration = Duration::from_secs(20);

/// The length of the answer to `/wait`, in bytes.
const LONG: usize = 32 << 20;

async fn listen(limits: Limits) -> Listening {
    let closed = Arc::new(Semaphore::new(0));
    listen_with(limits, &closed, &closed).await
}

/// A listener whose handler says with a permit that it has `begun` with `/wait` and then waits for one at the `gate`;
/// panics on `/panic`; and answers else at once.
async fn listen_with(limits: Limits, gate: &Arc<Semaphore>, begun: &Arc<Semaphore>) -> Listening {
    let (gate, begun) = (gate.clone(), begun.clone());
    let handler: Handler = Arc::new(move |request| {
        let (gate, begun) = (gate.clone(), begun.clone());
        Box::pin(async move {
            match request.uri().path() {
                "/wait" => {
                    begun.add_permits(1);
                    gate.acquire().await.unwrap().forget();
                    return http::Response::new(Bytes::from(vec![b'a'; LONG]));
                }
                "/panic" => panic!("on purpose"),
                _ => {}
            }
            http::Response::new(Bytes::from_static(b"answered"))
        })
    });
    let env = RealWorld::env();
    let anywhere = Origin::plain("127.0.0.1", 0);
    env.network().listen(&anywhere, handler, limits).await.unwrap()
}

fn connections(connections: usize) -> Limits {
    Limits {
        connections,
        ..Limits::default()
    }
}

fn connect(to: &Listening) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", to.at().port())).unwrap();
    // Only so that a test that fails ends.
    stream.set_read_timeout(Some(LONGEST)).unwrap();
    stream
}

/// One whole answer: its head in lower case and its body.
fn answer(stream: &mut TcpStream) -> (String, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

fn ask(stream: &mut TcpStream, request: &str) -> (String, String) {
    stream.write_all(request.as_bytes()).unwrap();
    answer(stream)
}

#[track_caller]
fn is_answered(stream: &mut TcpStream) {
    assert_eq!(ask(stream, GET).1, "answered");
}

#[track_caller]
fn is_closed(stream: &mut TcpStream) {
    match stream.read(&mut [0]) {
        Ok(0) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        other => panic!("the connection is open: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_waited_longest_makes_room() {
    let listening = listen(connections(3)).await;
    let [mut silent, mut slow, mut busy] = std::array::from_fn(|_| connect(&listening));
    slow.write_all(b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\nhalf")
        .unwrap();
    // Who was answered last has waited least. This also shows that all three are there.
    is_answered(&mut busy);
    let mut first = connect(&listening);
    is_answered(&mut first);
    is_closed(&mut silent);
    let mut second = connect(&listening);
    is_answered(&mut second);
    is_closed(&mut slow);
    is_answered(&mut busy);
    is_answered(&mut first);
    listening.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_shuts_nobody_out() {
    let listening = listen(connections(2)).await;
    let crowd: Vec<TcpStream> = (0..50).map(|_| connect(&listening)).collect();
    is_answered(&mut connect(&listening));
    drop(crowd);
    listening.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_answered_stays() {
    let (gate, begun) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let listening = listen_with(connections(1), &gate, &begun).await;
    let mut asking = connect(&listening);
    asking
        .write_all(b"GET /wait HTTP/1.1\r\nhost: here\r\n\r\n")
        .unwrap();
    begun.acquire().await.unwrap().forget();
    let mut newcomer = connect(&listening);
    newcomer.write_all(GET.as_bytes()).unwrap();
    gate.add_permits(1);
    // More than the operating system keeps for somebody who reads slowly.
    assert_eq!(answer(&mut asking).1.len(), LONG);
    // Now it waits, and the newcomer is owed a place.
    assert_eq!(answer(&mut newcomer).1, "answered");
    listening.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_nothing_of_its_answer_loses_its_place() {
    let gate = Arc::new(Semaphore::new(1));
    let limits = Limits {
        patience: Duration::from_secs(3),
        ..connections(1)
    };
    let begun = Arc::new(Semaphore::new(0));
    let listening = listen_with(limits, &gate, &begun).await;
    let mut asking = connect(&listening);
    asking
        .write_all(b"GET /wait HTTP/1.1\r\nhost: here\r\n\r\n")
        .unwrap();
    // Only so that a test that fails ends.
    let begun = RealWorld::env().timeout(LONGEST, begun.acquire()).await;
    begun.expect("it begins with the answer").unwrap().forget();
    is_answered(&mut connect(&listening));
    drop(asking);
    listening.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_no_and_nothing_more() {
    let listening = listen(connections(1)).await;
    let mut stream = connect(&listening);
    let (head, body) = ask(&mut stream, "GET /panic HTTP/1.1\r\nhost: here\r\n\r\n");
    assert!(head.starts_with("http/1.1 500 "), "{head}");
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    assert!(
        body.contains("by a fault of ours") && !body.contains("on purpose"),
        "{body}"
    );
    is_answered(&mut stream);
    listening.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_long_is_refused_in_our_shape() {
    let limits = Limits {
        body: 4,
        ..connections(2)
    };
    let listening = listen(limits).await;
    let mut stream = connect(&listening);
    let (head, body) = ask(
        &mut stream,
        "POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 5\r\n\r\n12345",
    );
    assert!(head.starts_with("http/1.1 413 "), "{head}");
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    assert!(body.contains("the body is longer than 4 bytes"), "{body}");
    listening.close().await;
}

/// One caller's bodies count together, over all its connections, until they are answered.
#[tokio::test(flavor = "multi_thread")]
async fn one_caller_holds_only_so_much() {
    let (gate, begun) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let limits = Limits {
        body: 100,
        bodies: 150,
        ..Limits::default()
    };
    let listening = listen_with(limits, &gate, &begun).await;
    let post = |path: &str, length: usize| {
        let body = "x".repeat(length);
        format!("POST {path} HTTP/1.1\r\nhost: here\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    let [mut first, mut second, mut third] = std::array::from_fn(|_| connect(&listening));
    first.write_all(post("/wait", 100).as_bytes()).unwrap();
    begun.acquire().await.unwrap().forget();
    let (head, body) = ask(&mut second, &post("/", 60));
    assert!(head.starts_with("http/1.1 429"), "{head}");
    assert!(body.contains("150 bytes together"), "{body}");
    assert_eq!(ask(&mut third, &post("/", 50)).1, "answered");
    gate.add_permits(1);
    assert_eq!(answer(&mut first).1.len(), LONG);
    assert_eq!(ask(&mut third, &post("/", 100)).1, "answered");
    listening.close().await;
}

/// Says with a permit that it is dropped.
struct Gone(Arc<Semaphore>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

/// A handler ends with its client's connection. What it does to the end goes on.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_the_end_outlives_the_client() {
    let [begun, gone, gate, done] = [(); 4].map(|()| Arc::new(Semaphore::new(0)));
    let env = RealWorld::env();
    let all = (begun.clone(), gone.clone(), gate.clone(), done.clone());
    let working = env.clone();
    let handler: Handler = Arc::new(move |_request| {
        let ((begun, gone, gate, done), env) = (all.clone(), working.clone());
        Box::pin(async move {
            let _gone = Gone(gone);
            let work = async move {
                begun.add_permits(1);
                gate.acquire().await.unwrap().forget();
                done.add_permits(1);
            };
            env.to_the_end("work", work).await;
            http::Response::new(Bytes::new())
        })
    });
    let anywhere = Origin::plain("127.0.0.1", 0);
    let listening = env.network().listen(&anywhere, handler, Limits::default());
    let listening = listening.await.unwrap();
    let mut client = connect(&listening);
    client.write_all(GET.as_bytes()).unwrap();
    begun.acquire().await.unwrap().forget();
    drop(client);
    gone.acquire().await.unwrap().forget();
    assert_eq!(done.available_permits(), 0);
    gate.add_permits(1);
    done.acquire().await.unwrap().forget();
}
