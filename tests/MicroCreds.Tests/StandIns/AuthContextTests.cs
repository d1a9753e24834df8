using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>Identity of a peer.</summary>
public sealed class AuthContextTests
{
    private static readonly AuthProperty First = AuthProperty.Create("san", "uni-a.example"u8.ToArray());
    private static readonly AuthProperty Second = AuthProperty.Create("san", "perché"u8.ToArray());
    private static readonly AuthProperty Other = AuthProperty.Create("cn", [1, 2]);

    private static readonly Dictionary<string, List<AuthProperty>> Properties = new() { ["san"] = [First, Second], ["cn"] = [Other] };

    [Fact]
    public void a_peer_with_an_identity_property_is_authenticated()
    {
        var context = new AuthContext("san", Properties);

        Assert.True(context.IsPeerAuthenticated);
        Assert.Equal("san", context.PeerIdentityPropertyName);
        Assert.Equal([First, Second], context.PeerIdentity);
        Assert.Equal([First, Second, Other], context.Properties);
        Assert.Equal([Other], context.FindPropertiesByName("cn"));
        Assert.Empty(context.FindPropertiesByName("absent"));
    }

    [Fact]
    public void a_peer_without_one_is_not()
    {
        var context = new AuthContext(null, []);

        Assert.False(context.IsPeerAuthenticated);
        Assert.Empty(context.PeerIdentity);
        Assert.Empty(context.Properties);
    }

    [Fact]
    public void a_property_is_text_and_bytes()
    {
        Assert.Equal("perché", Second.Value);
        Other.ValueBytes[0] = 9;
        Assert.Equal([1, 2], Other.ValueBytes);
        Assert.Equal("cn", Other.Name);
    }
}
