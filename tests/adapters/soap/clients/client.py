"""Calls over one kept connection: in chunks, then at once, then with a fault; prints status and text of each answer."""
import http.client
import sys
import xml.etree.ElementTree as tree
from urllib.parse import urlparse

url, body = urlparse(sys.argv[1]), sys.argv[2]
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(content):
    return f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}"><s:Body>{content}</s:Body></s:Envelope>'.encode()


connection = http.client.HTTPConnection(url.hostname, url.port)
headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
for content in (iter([envelope(body)[:50], envelope(body)[50:]]), envelope(body), envelope("<gone/>")):
    connection.request("POST", url.path, body=content, headers=headers)
    answer = connection.getresponse()
    root = tree.fromstring(answer.read())
    (element,) = root.find(f"{{{SOAP}}}Body")
    print(answer.status, element.tag.split("}")[1], "".join(element.itertext()))
