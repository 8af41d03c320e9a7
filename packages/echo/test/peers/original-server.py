"""A server as the toolkit's ancestor had it: ASCII only, answers everybody, serves for ever."""

import socket
import sys

MAX_BYTES = 65535

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((sys.argv[1], int(sys.argv[2])))
print("Listening at", sock.getsockname(), flush=True)
while True:
    data, address = sock.recvfrom(MAX_BYTES)
    text = data.decode("ascii")
    print("The client at {} says {!r}".format(address, text), flush=True)
    sock.sendto("Your data was {} bytes long".format(len(data)).encode("ascii"), address)
