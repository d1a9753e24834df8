using System.Net;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Outside;

namespace MicroCreds.Tests.Services.Outside;

public sealed class AllowedAddressesTests
{
    private static readonly AllowedAddresses Allowed = new([new(OutsideKind.IssuerKeys, "https://uni.example/.well-known/did.json")], ["https://status.example/lists/"], [IPNetwork.Parse("10.20.0.0/16")]);

    [Theory]
    [InlineData("https://status.example/lists/1", true)]
    [InlineData("https://status.example/lists/a/b", true)]
    [InlineData("https://status.example/lists/1?learner=7", false)]
    [InlineData("https://status.example/lists/1#x", false)]
    [InlineData("https://status.example/other/1", false)]
    [InlineData("https://status.example/lists/../other", false)]
    [InlineData("https://status.example/lists/%2e%2e/other", false)]
    [InlineData("https://status.example/lists/..%2fother", false)]
    [InlineData("https://status.example/lists\\1", false)]
    [InlineData("https://status.example.evil.example/lists/1", false)]
    [InlineData("https://status.example:444/lists/1", false)]
    [InlineData("https://user@status.example/lists/1", false)]
    [InlineData("HTTPS://STATUS.example/lists/1", false)]
    [InlineData("http://status.example/lists/1", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("https:///lists/1", false)]
    [InlineData("", false)]
    public void allows_a_status_list_only_under_a_beginning_that_the_operator_wrote(string address, bool allowed) =>
        Assert.Equal(allowed, Allowed.Allows(new(OutsideKind.StatusList, address)));

    [Fact]
    public void allows_keys_only_where_they_were_named()
    {
        Assert.True(Allowed.Allows(new(OutsideKind.IssuerKeys, "https://uni.example/.well-known/did.json")));
        Assert.False(Allowed.Allows(new(OutsideKind.StatusList, "https://uni.example/.well-known/did.json")));
        Assert.False(Allowed.Allows(new(OutsideKind.IssuerKeys, "https://status.example/lists/1")));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("10.20.3.4", true)]
    [InlineData("10.21.3.4", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("100.64.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("ff02::1", false)]
    public void connects_to_public_addresses_and_to_the_networks_named(string address, bool allowed) => Assert.Equal(allowed, Allowed.MayConnect(IPAddress.Parse(address)));
}
