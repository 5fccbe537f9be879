// A call per line of JSON on stdin, its answer or fault per line on stdout: node's soap and little of its own.
import readline from "node:readline";
import soap from "soap";

const NAMESPACES = {
  LogicalAddress: "urn:riv:itintegration:registry:1",
  Actor: "urn:riv:interoperability:headers:1",
};

// This stack takes the first part of a message for its body, whatever the binding says, and RIV TA wants
// LogicalAddress to be the first. So with any RIV TA WSDL its users put the body first before it is read.
class BodyFirst extends soap.HttpClient {
  request(url, data, callback, headers, options) {
    const isCall = data !== null && data !== undefined;
    const reading = (error, response, body) => callback(error, response, isCall ? body : bodyFirst(body));
    return super.request(url, data, isCall ? callback : reading, headers, options);
  }
}

function bodyFirst(wsdl) {
  return wsdl.replace(/(<wsdl:message [^>]*Request">)([^]*?)(<wsdl:part name="parameters"[^>]*\/>)/, "$1$3$2");
}

const clients = new Map();

async function clientOf(wsdl) {
  if (!clients.has(wsdl)) clients.set(wsdl, await soap.createClientAsync(wsdl, { httpClient: new BodyFirst() }));
  return clients.get(wsdl);
}

function header(name, value) {
  const fields = typeof value === "object" ? Object.entries(value) : [];
  const content = fields.length ? Object.fromEntries(fields.map(([field, text]) => [`h:${field}`, text])) : { $value: value };
  return { [`h:${name}`]: { attributes: { "xmlns:h": NAMESPACES[name] }, ...content } };
}

async function answerTo({ wsdl, operation, headers, body }) {
  const client = await clientOf(wsdl);
  client.clearSoapHeaders();
  for (const [name, value] of headers) client.addSoapHeader(header(name, value));
  const [answer] = await client[`${operation}Async`](body);
  return { answer: answer ?? {} };
}

function asFault(error) {
  const fault = error.root?.Envelope?.Body?.Fault;
  if (fault === undefined) throw error;
  return { fault: { code: fault.faultcode, text: fault.faultstring, status: error.response.status } };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const said = await answerTo(JSON.parse(line)).catch(asFault);
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
