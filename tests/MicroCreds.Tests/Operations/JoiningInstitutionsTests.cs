using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Services.Institutions;
using MicroCreds.Tests.Services;
using MicroCreds.Tests.Storage;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Operations;

/// <summary>What becomes of institutions that are added to the configuration of a running node.</summary>
public sealed class JoiningInstitutionsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly List<string> _tried = [];
    private readonly NodeOptions _options = new();
    private TestNode _node = null!;
    private Hosting _hosting = null!;
    private JoiningInstitutions _joining = null!;
    private Func<string, HostedInstitution> _open = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync([TestConsortium.Roma, TestConsortium.Madrid]);
        _hosting = new Hosting([_node.Hosting.Find(TestConsortium.Roma)!]);
        _options.Institutions.Add(new() { Organisation = "uni-roma.example" });
        _open = name => _node.Hosting.All.Single(i => i.Organisation.Value == name);
        var file = _folder.File("node.json");
        await File.WriteAllTextAsync(file, "1");
        _joining = new JoiningInstitutions(
            file, () => _options,
            options =>
            {
                _tried.Add(options.Organisation);
                return Task.FromResult(_open(options.Organisation));
            },
            _hosting, _node.Clock, new LoggerFactory().CreateLogger<JoiningInstitutions>());
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    public void Dispose()
    {
        _joining.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task whatever_keeps_one_out_ends_nothing_and_it_is_tried_again_until_it_joins()
    {
        _options.Institutions.Add(new() { Organisation = "uni-madrid.example" });
        var open = _open;
        // Not one of the failures that were thought of.
        _open = _ => throw new InvalidOperationException("The server is away.");
        await _joining.LookAsync(asked: false, CancellationToken.None);
        await _joining.LookAsync(asked: false, CancellationToken.None);
        Assert.Equal((2, 1), (_tried.Count, _hosting.All.Length));
        _open = open;
        await _joining.LookAsync(asked: false, CancellationToken.None);
        Assert.Equal(["uni-madrid.example", "uni-roma.example"], _hosting.All.Select(i => i.Organisation.Value));

        // Then there is nothing to do until somebody changes the file or asks.
        await _joining.LookAsync(asked: false, CancellationToken.None);
        await _joining.LookAsync(asked: true, CancellationToken.None);
        Assert.Equal(3, _tried.Count);
    }

    [Fact]
    public async Task a_file_that_is_gone_or_wrong_changes_nothing()
    {
        File.Delete(_folder.File("node.json"));
        await _joining.LookAsync(asked: true, CancellationToken.None);
        Assert.Equal((0, 1), (_tried.Count, _hosting.All.Length));
    }
}
