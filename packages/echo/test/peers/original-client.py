"""A client as the toolkit's ancestor had it: ASCII only, waits for ever, believes anybody."""

import socket
import sys
from datetime import datetime

MAX_BYTES = 65535

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
text = "The time is {}".format(datetime.now())
sock.sendto(text.encode("ascii"), (sys.argv[1], int(sys.argv[2])))
print("The OS assigned me the address", sock.getsockname(), flush=True)
data, address = sock.recvfrom(MAX_BYTES)
print("The server {} replied {!r}".format(address, data.decode("ascii")), flush=True)
