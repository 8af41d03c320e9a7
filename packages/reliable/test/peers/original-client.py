"""A client as the toolkit's ancestor had it: no identifier, waits that double, five tries."""

import socket
import sys

MAX_BYTES = 65535

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect((sys.argv[1], int(sys.argv[2])))
print("Client socket name is {}".format(sock.getsockname()), flush=True)
delay = 0.1
while True:
    sock.send("This is another message".encode("ascii"))
    print("Waiting up to {} seconds for a reply".format(delay), flush=True)
    sock.settimeout(delay)
    try:
        data = sock.recv(MAX_BYTES)
    except socket.timeout as error:
        delay *= 2
        if delay > 2.0:
            raise RuntimeError("I think the server is down") from error
    else:
        break
print("The server says {!r}".format(data.decode("ascii")), flush=True)
