"""A server as the toolkit's ancestor had it: loses half of what arrives, answers each of the rest."""

import random
import socket
import sys

MAX_BYTES = 65535

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((sys.argv[1], int(sys.argv[2])))
random.seed(int(sys.argv[3]))
print("Listening at", sock.getsockname(), flush=True)
while True:
    data, address = sock.recvfrom(MAX_BYTES)
    if random.random() < 0.5:
        print("Pretending to drop packet from {}".format(address), flush=True)
        continue
    text = data.decode("ascii")
    print("The client at {} says {!r}".format(address, text), flush=True)
    message = "Your data was {} bytes long".format(len(data))
    sock.sendto(message.encode("ascii"), address)
