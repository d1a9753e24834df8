using MicroCreds.Services;
using MicroCreds.Services.Transport;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>What the files that a process may open leave for new connections.</summary>
public sealed class OpenFilesTests
{
    [Theory]
    [InlineData("Limit                     Soft Limit           Hard Limit           Units     \nMax open files            20000                20001                files     \n", 20_000)]
    [InlineData("Max open files            9223372036854775807  unlimited            files     ", int.MaxValue)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max stack size            8388608              unlimited            bytes     \n", null)]
    [InlineData("", null)]
    public void reads_what_the_system_says(string limits, int? most) => Assert.Equal(most, OpenFiles.Read(limits));

    [Theory]
    [InlineData(null, 2048)]
    [InlineData(int.MaxValue, 2048)]
    [InlineData(8644, 2048)]
    [InlineData(8641, 2047)]
    [InlineData(4096, 532)]
    [InlineData(2548, 16)]
    [InlineData(256, 16)]
    public void fewer_wait_when_there_are_few(int? most, int waiting) => Assert.Equal(waiting, OpenFiles.NewConnections(most));

    [Fact]
    public void the_numbers_of_the_documents()
    {
        Assert.Equal((8644, 2548), (OpenFiles.Enough, OpenFiles.Fewest));
        Assert.InRange(OpenFiles.NewConnections(OpenFiles.Most), 16, TransportLimits.MaxNewConnections);
    }
}
