"""A small provider of identities at this machine, with keys of its own; tests spoil what it says.

It checks what a provider must: the code of its own visit, the PKCE verifier, the client's secret.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "zone office", "a secret: of + the client"


class LocalProvider:
    def __init__(self, clock: Callable[[], Any]) -> None:
        self.clock = clock
        self.keys = [RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})]
        self.signs: Any = self.keys[0]
        self.alg, self.kid = "RS256", "one"
        self.described: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.token: Any = None
        self.visits: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.down = False
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(provider.get(urlsplit(self.path).path))

            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                flat = {key: values[0] for key, values in form.items()}
                self.answer(provider.exchange(flat, self.headers.get("authorization", "")))

            def answer(self, found):
                status, body = found
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def get(self, path: str):
        self.asked.append(path)
        if self.down:
            return 503, {"error": "down"}
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                **self.described,
            }  # fmt: skip
        return 200, {"keys": KeySet([*self.keys]).as_dict()["keys"]}

    def visited(self, address: str) -> dict[str, str]:
        """What the browser brings back after its user signed in at the provider."""
        query = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.visits[code] = query
        return {"code": code, "state": query["state"]}

    def exchange(self, form: dict[str, str], authorization: str):
        self.asked.append("/token")
        basic = base64.b64encode(b"zone+office:a+secret%3A+of+%2B+the+client").decode()
        visit = self.visits.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        posted = form.get("client_secret") == SECRET and form.get("client_id") == CLIENT
        if authorization != f"Basic {basic}" and not posted:
            return 401, {"error": "invalid_client"}
        if visit is None or challenge != visit["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != visit["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if self.token is not None:
            return self.token
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "li-wei", "nonce": visit["nonce"],
            "iat": now, "exp": now + 300, "name": "李伟", "email": "li@x.cn", **self.claims,
        }  # fmt: skip
        claims = {key: value for key, value in claims.items() if value is not None}
        header = {"alg": self.alg} | ({"kid": self.kid} if self.kid else {})
        token = jwt.encode(header, claims, self.signs, algorithms=[self.alg])
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": token}


def shared_secret() -> OctKey:
    """The client's secret as a key, for a token that is no proof of the provider."""
    return OctKey.import_key(SECRET)
