import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Reads the WSDL with all schemas that it leads to, calls, and validates the answer by them. */
public class Client {
    static final String XSD = "http://www.w3.org/2001/XMLSchema";

    public static void main(String[] args) throws Exception {
        String url = args[0];
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest get = HttpRequest.newBuilder(URI.create(url + "?wsdl")).build();
        Document wsdl = parse(http.send(get, HttpResponse.BodyHandlers.ofString()).body());
        Element address = (Element) wsdl.getElementsByTagNameNS("http://schemas.xmlsoap.org/wsdl/soap/", "address").item(0);
        NodeList imports = wsdl.getElementsByTagNameNS(XSD, "import");
        StreamSource[] sources = new StreamSource[imports.getLength()];
        for (int i = 0; i < sources.length; i++) sources[i] = new StreamSource(((Element) imports.item(i)).getAttribute("schemaLocation"));
        Schema schema = SchemaFactory.newInstance(XSD).newSchema(sources);
        String envelope = "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Header/><S:Body>" + args[1] + "</S:Body></S:Envelope>";
        HttpRequest post = HttpRequest.newBuilder(URI.create(address.getAttribute("location")))
            .header("Content-Type", "text/xml;charset=UTF-8").header("SOAPAction", "\"\"").header("Accept", "text/xml, multipart/related")
            .POST(HttpRequest.BodyPublishers.ofString(envelope)).build();
        HttpResponse<String> answer = http.send(post, HttpResponse.BodyHandlers.ofString());
        Element body = (Element) parse(answer.body()).getElementsByTagNameNS("*", "Body").item(0);
        Element content = (Element) body.getElementsByTagNameNS("*", "*").item(0);
        if (!content.getLocalName().equals("Fault")) schema.newValidator().validate(new DOMSource(content));
        System.out.println(answer.statusCode() + " " + content.getLocalName() + " " + content.getTextContent());
    }

    static Document parse(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
