using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "scim", worker = .scim)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "scim")],
);

const scim :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2025-01-01",
);
