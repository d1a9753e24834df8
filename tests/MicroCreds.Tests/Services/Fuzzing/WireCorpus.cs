using System.Text;
using Google.Protobuf;
using MicroCreds.Tests.Contract;
using MicroCreds.Tests.Services.Access;
using MicroCreds.Tests.Services.Protocols;

namespace MicroCreds.Tests.Services.Fuzzing;

/// <summary>A recorded request: what stands in one line of <c>wire-corpus.txt</c>.</summary>
/// <param name="Method">Service and method.</param>
/// <param name="ContentType">Protocol.</param>
/// <param name="Body">Bytes of the body.</param>
internal sealed record RecordedRequest(string Method, string ContentType, byte[] Body);

/// <summary>One right request for every method in every protocol, recorded from the sample requests.</summary>
internal static class WireCorpus
{
    /// <summary>Stands for the case and the agreement that a node holds; ids are of this length.</summary>
    public const string Id = "0123456789abcdef0123456789abcdef";

    private static readonly string Path = System.IO.Path.Combine(ContractFiles.Root, "tests", "MicroCreds.Tests", "Services", "Fuzzing", "wire-corpus.txt");

    /// <summary>What the file says.</summary>
    public static string Committed => File.ReadAllText(Path).ReplaceLineEndings("\n");

    /// <summary>Requests of the file.</summary>
    public static RecordedRequest[] Requests =>
        [.. Committed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(p => new RecordedRequest(p[0], p[1], Convert.FromBase64String(p[2])))];

    /// <summary>What the file ought to say.</summary>
    public static string Record()
    {
        var text = new StringBuilder();
        foreach (var method in ContractFiles.Methods)
        {
            var name = $"{method.Service.Name}/{method.Name}";
            var messages = SampleRequests.Of[name]
                .Replace("{id}", "01234567-89ab-4def-8123-456789abcdef", StringComparison.Ordinal).Replace("{case}", Id, StringComparison.Ordinal).Replace("{agreement}", Id, StringComparison.Ordinal)
                .Replace("{credential}", "e30=", StringComparison.Ordinal).Split(SampleRequests.Then).Select(json => JsonParser.Default.Parse(json, method.InputType)).ToArray();
            var streams = method.IsClientStreaming || method.IsServerStreaming;
            byte[] frames = [.. messages.SelectMany(m => ProtocolClient.Frame(m))];
            Add("application/grpc", frames);
            Add("application/grpc-web-text", Encoding.ASCII.GetBytes(Convert.ToBase64String(frames)));
            var json = messages.Select(m => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(m)));
            Add(streams ? "application/connect+json" : "application/json", streams ? [.. json.SelectMany(j => ProtocolClient.Frame(j))] : json.Single());

            void Add(string type, byte[] body) => text.Append(name).Append(' ').Append(type).Append(' ').Append(Convert.ToBase64String(body)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Writes the file.</summary>
    public static void Write() => File.WriteAllText(Path, Record());
}
