using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;

namespace MicroCreds.Tests.Compose;

/// <summary>A node that is configured wrongly says so in words that name the value, and does not start.</summary>
public sealed class NodeStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("node-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{ "Node": {""", "node.json cannot be read")]
    [InlineData("""{ "Node": { "Institutions": [ { "Organisation": "uni-a.example", "Name": "A", "Policy": { "Clock": "Whenever" } } ] } }""", "Node:Institutions:0:Policy:Clock")]
    [InlineData("""{ "Node": { "Institutions": [ { "Organisation": "uni-a.example", "Name": "A", "Polcy": "x" } ] } }""", "Polcy")]
    [InlineData("""{ "Node": { "PublicWebUrl": "nowhere" } }""", "Node:PublicWebUrl 'nowhere' is not an address")]
    [InlineData("""{ "Node": { "Institutions": [ { "StatusLists": "https://uni-a.example/status" } ] } }""", "Node:Institutions:0:StatusLists 'https://uni-a.example/status' is not an https address that ends with a slash")]
    [InlineData("""{ "Node": { "Store": "mysql://account:hush@host/db" } }""", "Node:Store is neither empty, nor an address")]
    [InlineData("""{ "Node": { "Trust": { "StatusLists": [ "https://uni-a.example/status" ] } } }""", "Node:Trust:StatusLists:0 'https://uni-a.example/status' is not the beginning of an address")]
    [InlineData("""{ "Node": { "Trust": { "StatusLists": [ "http://uni-a.example/status/" ] } } }""", "Node:Trust:StatusLists:0")]
    [InlineData("""{ "Node": { "Trust": { "Issuers": [ { "Id": "https://uni-a.example" } ] } } }""", "Node:Trust:Issuers:0 has no https address")]
    [InlineData("""{ "Node": { "Trust": { "Issuers": [ { "Id": "did:web:a.example" }, { "Id": "did:web:a.example" } ] } } }""", "Node:Trust:Issuers names did:web:a.example twice")]
    [InlineData("""{ "Node": { "Trust": { "Issuers": [ { "Id": "did:web:a.example", "Organisation": "Uni A" } ] } } }""", "Node:Trust:Issuers:0:Organisation 'Uni A'")]
    [InlineData("""{ "Node": { "Trust": { "PrivateNetworks": [ "10.0.0.0" ] } } }""", "Node:Trust:PrivateNetworks:0 '10.0.0.0' is not a network")]
    [InlineData("""{ "Node": { "Trust": { "TrustedLists": [ { "Address": "https://tl.example/tl.xml" } ] } } }""", "Node:Trust:TrustedLists:0:Signers")]
    [InlineData("""{ "Node": { "Trust": { "TrustedLists": [ { "Address": "https://tl.example/tl.xml", "File": "tl.xml", "Signers": [ "a.pem" ] } ] } } }""", "Node:Trust:TrustedLists:0 needs either an Address")]
    [InlineData("""{ "Node": { "Trust": { "RevocationLists": [ { "Address": "http://ca.example/ca.crl", "Authority": "ca.pem" } ] } } }""", "Node:Trust:RevocationLists:0 needs either an Address")]
    [InlineData("""{ "Node": { "Trust": { "StatusListHours": 0 } } }""", "Node:Trust:StatusListHours")]
    public async Task names_the_value_that_is_wrong(string configuration, string said) => Assert.Contains(said, await RefusalOf(configuration), StringComparison.Ordinal);

    [Fact]
    public async Task says_that_the_data_directory_cannot_be_used()
    {
        var file = Path.Combine(_folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        var said = await RefusalOf($$"""
            { "Node": { "DataDirectory": "{{file}}", "Institutions": [ { "Organisation": "uni-a.example", "Name": "A" } ],
              "TrustList": { "File": "list.json", "CoordinatorKeys": [ "key.jwk" ] } } }
            """);
        Assert.StartsWith($"The directory {file} cannot be made or used", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "cannot be read")]
    [InlineData("\n", "is not an address such as postgresql://")]
    [InlineData("file:/elsewhere\n", "is not an address such as postgresql://")]
    public async Task says_what_is_wrong_with_the_file_that_holds_the_address_of_the_store(string? content, string said)
    {
        var file = Path.Combine(_folder, "store");
        if (content is not null) await File.WriteAllTextAsync(file, content);
        Assert.Contains(said, Assert.Throws<ConfigurationException>(() => StoreAddress.Read($"file:{file}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task takes_the_address_of_the_store_from_the_first_line_of_a_file()
    {
        var file = Path.Combine(_folder, "store");
        await File.WriteAllTextAsync(file, "postgresql://account:hush@host/db \n");
        Assert.Equal("postgresql://account:hush@host/db", StoreAddress.Read($"file:{file}"));
        Assert.Equal("postgres://host", StoreAddress.Read("postgres://host"));
    }

    private async Task<string> RefusalOf(string configuration)
    {
        var file = Path.Combine(_folder, "node.json");
        await File.WriteAllTextAsync(file, configuration);
        return (await Assert.ThrowsAsync<ConfigurationException>(() => NodeHost.RunAsync(["--config", file]))).Message;
    }
}
