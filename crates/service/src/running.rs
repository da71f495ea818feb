//! A role that runs.

use axum::Router;
use axum::routing::get;
use env::{Listening, Origin, StopHandle, TaskHandle};

/// A running role. Dropping it stops listening; [`Running::stop`] ends it well.
pub struct Running {
    role: &'static str,
    listening: Listening,
    stop: StopHandle,
    tasks: Vec<TaskHandle>,
}

impl Running {
    /// Puts together what runs.
    pub fn new(
        role: &'static str,
        listening: Listening,
        stop: StopHandle,
        tasks: Vec<TaskHandle>,
    ) -> Running {
        Running {
            role,
            listening,
            stop,
            tasks,
        }
    }

    /// Which role.
    pub fn role(&self) -> &'static str {
        self.role
    }

    /// Where it listens.
    pub fn at(&self) -> &Origin {
        self.listening.at()
    }

    /// Takes no more, finishes what was begun, and ends.
    pub async fn stop(self) {
        self.stop.stop();
        self.listening.close().await;
        for task in self.tasks {
            task.join().await;
        }
    }
}

/// `GET /health`: the role's name, as JSON. It says that the role runs, not that its neighbours do.
pub fn health(role: &'static str) -> Router {
    Router::new().route(
        "/health",
        get(move || async move { axum::Json(serde_json::json!({ "role": role })) }),
    )
}
